package io.penstock.server.cli;

import com.typesafe.config.ConfigException;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What is wrong with a configuration file, in plain words. The parser's own speak of tokens, guess at what was meant in
 * paragraphs, and are mistaken about the brackets that it wants.
 */
final class HoconFault {
    private record Words(Pattern theirs, String ours) {
        Words(String theirs, String ours) {
            this(Pattern.compile(theirs), ours);
        }
    }

    /** Where it came to the end of the file, something before it was not closed. */
    private static final String END = "(?:end of file|end of input)";

    /** The first that is found in the parser's message counts. */
    private static final List<Words> WORDS = List.of(
            new Words("triple-quoted string was still open", "text in three double quotes is not closed"),
            new Words("does not allow unescaped newline", "a double quote is opened and not closed on its line"),
            new Words(
                    "backslash followed by '(.)'",
                    "\\\\$1 means nothing in double quotes (expected: \\\\\\\\ for a backslash)"),
            new Words(
                    "Reserved character '(.)'",
                    "$1 cannot stand in a plain value (expected: the whole value in double quotes)"),
            new Words("unbalanced close brace", "a } too many"),
            new Words("not: " + END + "|got " + END, "the file ends, and a { is still open (expected: })"),
            new Words("not: '([^']*)'", "$1 is not expected here (expected: KEY = VALUE, or } for each {)"),
            new Words("^Key '(.*)' may not be followed by token", "$1 has no value (expected: KEY = VALUE)"),
            new Words(
                    "[Ll]ist should have|expecting a comma|got wrong token.*\\]", "a list is not closed (expected: ])"),
            new Words(
                    "Expecting (?:close brace|end of input).* got '='",
                    "a second = on one line (expected: a line or a comma between two keys)"),
            new Words("wrong token: '([^']*)'", "$1 stands where a value should (expected: KEY = VALUE)"),
            new Words("two adjacent period", "a key begins or ends with a dot, or has two side by side"),
            new Words("was part of a cycle.* involving (.*)", "values go round in a circle: $1"),
            new Words(
                    "Could not resolve substitution to a value: \\$\\{(.*)}",
                    "\\${$1} has no value (expected: a key or a variable that is set, or \\${?$1})"),
            new Words("include", "an include without a file (expected: include \"other.conf\")"),
            new Words("rather than object at file root", "the file is a list (expected: keys and values)"));

    private HoconFault() {}

    /** One line: file, line, what is wrong. */
    static String words(ConfigException e) {
        String line = String.valueOf(e.getMessage()).replaceAll("\\s+", " ").strip();
        Matcher place = Pattern.compile("^(.*?: \\d+): (.*)$").matcher(line);
        if (!place.matches()) {
            return line;
        }
        String theirs = place.group(2);
        return WORDS.stream()
                .map(words -> matched(words, theirs))
                .filter(ours -> !ours.isEmpty())
                .findFirst()
                .map(ours -> place.group(1) + ": " + ours)
                .orElse(line);
    }

    private static String matched(Words words, String theirs) {
        Matcher matcher = words.theirs().matcher(theirs);
        if (!matcher.find()) {
            return "";
        }
        StringBuilder ours = new StringBuilder();
        matcher.appendReplacement(ours, words.ours());
        return ours.substring(matcher.start());
    }
}

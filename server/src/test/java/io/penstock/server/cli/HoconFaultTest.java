package io.penstock.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Mistakes that people make in configuration files; {@code /} stands for a line break. */
class HoconFaultTest {
    @TempDir
    private Path directory;

    @ParameterizedTest
    @CsvSource(
            delimiterString = " | ",
            quoteCharacter = '~',
            value = {
                "penstock { port = 1 | 1: the file ends, and a { is still open (expected: })",
                "penstock { tls { cert = a / port = 1 / } | 3: the file ends, and a { is still open (expected: })",
                "penstock { port = 1 }} | 1: a } too many",
                "penstock {/ port 8000/} | 3: port 8000 has no value (expected: KEY = VALUE)",
                "penstock { a = [1,2/ } | 2: a list is not closed (expected: ])",
                "penstock {/ host = a@b/} | 2: @ cannot stand in a plain value (expected: the whole value in double"
                        + " quotes)",
                "penstock {/ host = `a`/} | 2: ` cannot stand in a plain value (expected: the whole value in double"
                        + " quotes)",
                "penstock {/ host = ~\"abc/} | 2: a double quote is opened and not closed on its line",
                "penstock { host = ~\"a\\q\" } | 1: \\q means nothing in double quotes (expected: \\\\ for a backslash)",
                "penstock {/ port = ${nope}/} | 2: ${nope} has no value (expected: a key or a variable that is set, or"
                        + " ${?nope})",
                "penstock {/ port: = 3/} | 2: = stands where a value should (expected: KEY = VALUE)",
                "penstock {/ a = b c = d/} | 2: a second = on one line (expected: a line or a comma between two keys)",
                "a = 1; b = 2 | 1: a second = on one line (expected: a line or a comma between two keys)",
                "= 3 | 1: = is not expected here (expected: KEY = VALUE, or } for each {)",
                "penstock..a = 1 | 1: a key begins or ends with a dot, or has two side by side",
                "include nothing | 1: an include without a file (expected: include \"other.conf\")",
                "[1] | 1: the file is a list (expected: keys and values)",
                "a = ${b}/b = ${a} | 2: values go round in a circle: ${b}, ${a}, ${b}",
            })
    void eachHasItsWords(String text, String words) throws IOException {
        Path file = Files.writeString(
                directory.resolve("app.conf"), text.replace("~", "").replace('/', '\n'));

        Run run = Run.of("serve", file.toString());

        assertThat(run).isEqualTo(new Run(2, "", file + ": " + words + "\n"));
    }
}

package io.penstock.protocol;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.pekko.util.ByteString;

/**
 * The header of a syslog message, read when a processor wants it.
 *
 * <pre>
 *   RFC 5424 section 6    &lt;PRI&gt;1 TIMESTAMP HOSTNAME APP-NAME PROCID MSGID [SD] MSG
 *   RFC 3164 section 4.1  &lt;PRI&gt;Mmm dd hh:mm:ss HOSTNAME TAG[PID]: MSG
 * </pre>
 *
 * What a sender leaves out, or writes as {@code -}, is empty. Of RFC 3164, which has no rules that senders keep to, the
 * time stays text: it has neither year nor zone.
 *
 * @param facility 0 to 23
 * @param severity 0 (emergency) to 7 (debug)
 * @param version 1 for RFC 5424, 0 for RFC 3164
 * @param timestamp as it was sent
 * @param structuredData parameters by element and name, in their order, escapes taken off
 * @param message what follows the header, a byte order mark taken off
 */
public record SyslogMessage(
        int facility,
        int severity,
        int version,
        Optional<String> timestamp,
        Optional<String> hostname,
        Optional<String> appName,
        Optional<String> procId,
        Optional<String> msgId,
        Map<String, Map<String, String>> structuredData,
        ByteString message) {
    private static final int HIGHEST_PRIORITY = 191;
    private static final String BOM = "\u00ef\u00bb\u00bf";

    private static final Pattern PRIORITY = Pattern.compile("<(0|[1-9][0-9]{0,2})>");
    private static final Pattern RFC_5424 =
            Pattern.compile("([1-9][0-9]{0,2}) (\\S{1,64}) (\\S{1,255}) (\\S{1,48}) (\\S{1,128}) (\\S{1,32}) ");
    private static final Pattern ELEMENT =
            Pattern.compile("\\[([^ =\\]\"]{1,32})((?: [^ =\\]\"]{1,32}=\"(?:[^\"\\\\\\]]|\\\\.)*+\")*+)\\]");
    private static final Pattern PARAMETER = Pattern.compile(" ([^ =\\]\"]{1,32})=\"((?:[^\"\\\\\\]]|\\\\.)*+)\"");
    private static final Pattern RFC_3164 = Pattern.compile(
            "([A-Z][a-z]{2} [ 0-3][0-9] [0-2][0-9]:[0-5][0-9]:[0-6][0-9](?:\\.[0-9]{1,6})?) (\\S{1,255}) (?:([^\\[\\]: ]{1,48})(?:\\[([^\\]]{1,128})\\])?: ?)?");

    public SyslogMessage {
        structuredData = Map.copyOf(structuredData);
    }

    /** Reads a frame of the {@code syslog} protocol; empty when it does not begin with a priority. */
    public static Optional<SyslogMessage> parse(ByteString frame) {
        // Latin 1 keeps a character for each byte, so that positions are those of the frame.
        String text = frame.decodeString(StandardCharsets.ISO_8859_1);
        Matcher priority = PRIORITY.matcher(text);
        if (!priority.lookingAt() || Integer.parseInt(priority.group(1)) > HIGHEST_PRIORITY) {
            return Optional.empty();
        }
        int value = Integer.parseInt(priority.group(1));
        Matcher header = RFC_5424.matcher(text).region(priority.end(), text.length());
        return Optional.of(
                header.lookingAt() ? rfc5424(value, header, text, frame) : rfc3164(value, priority.end(), text, frame));
    }

    private static SyslogMessage rfc5424(int priority, Matcher header, String text, ByteString frame) {
        Map<String, Map<String, String>> data = new LinkedHashMap<>();
        int at = header.end();
        if (text.startsWith("-", at)) {
            at++;
        } else {
            Matcher element = ELEMENT.matcher(text).region(at, text.length());
            while (element.lookingAt()) {
                data.put(element.group(1), parameters(element.group(2)));
                at = element.end();
                element.region(at, text.length());
            }
        }
        at += text.startsWith(" ", at) ? 1 : 0;
        at += text.startsWith(BOM, at) ? BOM.length() : 0;
        return new SyslogMessage(
                priority / 8,
                priority % 8,
                Integer.parseInt(header.group(1)),
                value(header.group(2)),
                value(header.group(3)),
                value(header.group(4)),
                value(header.group(5)),
                value(header.group(6)),
                data,
                frame.drop(at));
    }

    private static Map<String, String> parameters(String text) {
        Map<String, String> parameters = new LinkedHashMap<>();
        Matcher parameter = PARAMETER.matcher(text);
        while (parameter.find()) {
            String escaped =
                    new String(parameter.group(2).getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
            parameters.put(parameter.group(1), escaped.replaceAll("\\\\([\"\\\\\\]])", "$1"));
        }
        return parameters;
    }

    private static SyslogMessage rfc3164(int priority, int from, String text, ByteString frame) {
        Matcher header = RFC_3164.matcher(text).region(from, text.length());
        boolean whole = header.lookingAt();
        return new SyslogMessage(
                priority / 8,
                priority % 8,
                0,
                whole ? value(header.group(1)) : Optional.empty(),
                whole ? value(header.group(2)) : Optional.empty(),
                whole ? Optional.ofNullable(header.group(3)) : Optional.empty(),
                whole ? Optional.ofNullable(header.group(4)) : Optional.empty(),
                Optional.empty(),
                Map.of(),
                frame.drop(whole ? header.end() : from));
    }

    private static Optional<String> value(String text) {
        return text.equals("-") ? Optional.empty() : Optional.of(text);
    }

    /** The time stamp of RFC 5424; empty where there is none, or none that can be read. */
    public Optional<Instant> time() {
        return version == 0 ? Optional.empty() : timestamp.flatMap(SyslogMessage::instant);
    }

    private static Optional<Instant> instant(String text) {
        try {
            return Optional.of(OffsetDateTime.parse(text).toInstant());
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }
}

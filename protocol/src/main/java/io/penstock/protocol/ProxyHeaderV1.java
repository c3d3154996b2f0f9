package io.penstock.protocol;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.penstock.protocol.ProxyHeaderReader.Reading;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.regex.Pattern;
import org.apache.pekko.util.ByteString;

/**
 * Version 1, a line of text (section 2.1):
 *
 * <pre>
 *   PROXY TCP4 192.0.2.7 198.51.100.1 51234 443\r\n
 *   PROXY TCP6 2001:db8::7 2001:db8::1 51234 443\r\n
 *   PROXY UNKNOWN anything\r\n
 * </pre>
 */
final class ProxyHeaderV1 {
    static final ByteString SIGNATURE = ByteString.fromString("PROXY ");

    /** CRLF included. */
    static final int MAX_LENGTH = 107;

    private static final String UNKNOWN = "UNKNOWN";
    private static final int FIELDS = 5;

    /** As every number of the line: decimal, without leading zeros. */
    private static final String OCTET = "(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)";

    private static final Pattern IPV4 = Pattern.compile(OCTET + "(?:\\." + OCTET + "){3}");

    /** What Java must not take for a name; whether it is an address is Java's to say. */
    private static final Pattern IPV6 = Pattern.compile("[0-9A-Fa-f]{0,4}:[0-9A-Fa-f:]*(?::" + IPV4 + ")?");

    private static final Pattern PORT = Pattern.compile("0|[1-9]\\d{0,4}");
    private static final int MAX_PORT = 65_535;

    private ProxyHeaderV1() {}

    /** Reads what has come, which begins with the signature. */
    static Reading read(ByteString received) {
        String text = new String(received.take(MAX_LENGTH).toArrayUnsafe(), ISO_8859_1);
        int end = text.indexOf("\r\n");
        if (end < 0) {
            return text.length() < MAX_LENGTH
                    ? new Reading.Incomplete(true)
                    : new Reading.Malformed("no CRLF in the first " + MAX_LENGTH + " bytes of version 1");
        }
        try {
            return new Reading.Whole(parse(text.substring(SIGNATURE.size(), end)), end + 2);
        } catch (IllegalArgumentException e) {
            return new Reading.Malformed(e.getMessage() + " in version 1");
        }
    }

    private static ProxyHeader parse(String line) {
        if (line.equals(UNKNOWN) || line.startsWith(UNKNOWN + " ")) {
            return ProxyHeader.notRelayed(1);
        }
        String[] fields = line.split(" ", -1);
        if (fields.length != FIELDS) {
            throw new IllegalArgumentException(fields.length + " fields (expected: " + FIELDS + ")");
        }
        Pattern family = switch (fields[0]) {
            case "TCP4" -> IPV4;
            case "TCP6" -> IPV6;
            default -> throw bad(fields[0], "TCP4, TCP6 or UNKNOWN");
        };
        return ProxyHeader.of(
                1,
                new InetSocketAddress(address(fields[1], family), port(fields[3])),
                new InetSocketAddress(address(fields[2], family), port(fields[4])));
    }

    private static InetAddress address(String text, Pattern family) {
        String expected = family == IPV4 ? "an IPv4 address" : "an IPv6 address";
        if (!family.matcher(text).matches()) {
            throw bad(text, expected);
        }
        try {
            // By its form it is no name, so that nothing is looked up.
            return InetAddress.getByName(text);
        } catch (UnknownHostException e) {
            throw bad(text, expected);
        }
    }

    private static int port(String text) {
        int port = PORT.matcher(text).matches() ? Integer.parseInt(text) : MAX_PORT + 1;
        if (port > MAX_PORT) {
            throw bad(text, "a port, 0 to " + MAX_PORT + ", without leading zeros");
        }
        return port;
    }

    private static IllegalArgumentException bad(String text, String expected) {
        return new IllegalArgumentException("\"" + text + "\" (expected: " + expected + ")");
    }
}

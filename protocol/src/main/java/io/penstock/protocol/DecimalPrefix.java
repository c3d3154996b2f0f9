package io.penstock.protocol;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.apache.pekko.util.ByteString;

/**
 * A decimal number and a separator.
 *
 * <pre>
 *   netstring                                    syslog, octet counting (RFC 6587 section 3.4.1, RFC 5425 section 4.3)
 *   +----------+-----+---------+-----+           +----------+-----+-----------+
 *   |  digits  |  :  | payload |  ,  |           |  digits  |  SP |  message  |
 *   +----------+-----+---------+-----+           +----------+-----+-----------+
 * </pre>
 *
 * No leading zero, at the most {@value #MOST_DIGITS} digits.
 *
 * @param zero whether an empty payload is allowed
 * @param endsLines whether one LF at the end of a payload is none of it: rsyslog sends one, and drops it on reception
 */
record DecimalPrefix(String unit, char separator, ByteString trailer, boolean zero, boolean endsLines)
        implements Prefix {
    static final int MOST_DIGITS = 18;

    /** Bernstein's netstrings. */
    static final DecimalPrefix NETSTRING = new DecimalPrefix("netstring", ':', ByteString.fromString(","), true, false);

    /** MSG-LEN SP. */
    static final DecimalPrefix OCTET_COUNT =
            new DecimalPrefix("message", ' ', ByteString.emptyByteString(), false, true);

    @Override
    public Read read(ByteBuffer bytes, int from, int to) {
        long length = 0;
        for (int at = from; at < to; at++) {
            int digits = at - from;
            byte next = bytes.get(at);
            if (next == separator && digits > 0) {
                return length == 0 && !zero
                        ? new Malformed("length 0 (expected: >= 1)")
                        : new Announced(digits + 1, length);
            }
            if (next < '0' || next > '9') {
                return new Malformed("byte 0x%02x in a length (expected: %s)"
                        .formatted(next, digits == 0 ? "a digit" : "a digit or '" + separator + "'"));
            }
            if (digits == 1 && bytes.get(from) == '0') {
                return new Malformed("length with a leading zero (expected: none)");
            }
            if (digits == MOST_DIGITS) {
                return new Malformed("length of more than " + MOST_DIGITS + " digits");
            }
            length = length * 10 + (next - '0');
        }
        return new Incomplete();
    }

    @Override
    public ByteString write(int payload) {
        if (payload == 0 && !zero) {
            throw new IllegalArgumentException("a " + unit + " cannot be empty (expected: 1 byte or more)");
        }
        return ByteString.fromString(Integer.toString(payload) + separator, StandardCharsets.US_ASCII);
    }
}

package io.penstock.protocol;

import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The built-in protocols by name, some with options: {@code length:4:be}. */
public final class Protocols {
    /** Bytes as they come: each read is a frame, cut where it is longer than the maximum frame size. */
    public static final Protocol RAW = new RawProtocol();

    /** Lines ended by LF or CRLF; the delimiter is not part of the frame. */
    public static final Protocol LINES = lines(LinesReply.NONE);

    /** Frames ended by NUL, which is not part of them. */
    public static final Protocol NUL = new DelimitedProtocol("nul", "frame", (byte) 0, false, Receipts.NONE);

    /** Delimited Protocol Buffers messages. */
    public static final Protocol VARINT = new PrefixedProtocol("varint", new VarintPrefix());

    /** Bernstein's netstrings. */
    public static final Protocol NETSTRING = new PrefixedProtocol("netstring", DecimalPrefix.NETSTRING);

    /** A stream of JSON values. */
    public static final Protocol JSON = new JsonProtocol();

    /** Syslog, octet counted or a message a line, as each client likes. */
    public static final Protocol SYSLOG = new SyslogProtocol();

    /** RELP, rsyslog's acknowledged protocol; the server's side. {@link RelpClientSession} is the client's. */
    public static final Protocol RELP = new RelpProtocol();

    static final Protocol OCTET_COUNTED = new PrefixedProtocol("syslog", DecimalPrefix.OCTET_COUNT);

    private static final String LENGTH = "length";
    private static final Map<String, Protocol> BY_NAME = Stream.of(
                    RAW, LINES, NUL, VARINT, NETSTRING, JSON, SYSLOG, RELP)
            .collect(Collectors.toUnmodifiableMap(Protocol::name, Function.identity()));
    private static final List<String> NAMES = List.of(
            "json",
            LENGTH + ":1|2|4|8[:be|le][:inclusive]",
            "lines",
            "netstring",
            "nul",
            "raw",
            "relp",
            "syslog",
            "varint");

    private Protocols() {}

    /** {@link #LINES} whose sender is told what has become of them. */
    public static Protocol lines(LinesReply reply) {
        return new DelimitedProtocol("lines", "line", (byte) '\n', true, LineReceipts.of(reply));
    }

    /**
     * A length of fixed size before each payload.
     *
     * @param size of the length: 1, 2, 4 or 8 bytes
     * @param inclusive whether it counts its own bytes, too
     */
    public static Protocol length(int size, ByteOrder order, boolean inclusive) {
        if (!List.of(1, 2, 4, 8).contains(size)) {
            throw new IllegalArgumentException("a length of " + size + " bytes (expected: 1, 2, 4 or 8)");
        }
        String name =
                LENGTH + ":" + size + (order == ByteOrder.BIG_ENDIAN ? ":be" : ":le") + (inclusive ? ":inclusive" : "");
        return new PrefixedProtocol(name, new LengthPrefix(size, order, inclusive));
    }

    /** The protocol of a name with its options; big-endian and exclusive where {@code length} does not say. */
    public static Optional<Protocol> byName(String name) {
        List<String> words = Arrays.asList(name.split(":", -1));
        return words.get(0).equals(LENGTH) ? length(words) : Optional.ofNullable(BY_NAME.get(name));
    }

    private static Optional<Protocol> length(List<String> words) {
        if (words.size() < 2 || !words.get(1).matches("[1248]")) {
            return Optional.empty();
        }
        int size = Integer.parseInt(words.get(1));
        List<String> options = words.subList(2, words.size());
        boolean little = options.indexOf("le") == 0;
        int used = little || options.indexOf("be") == 0 ? 1 : 0;
        List<String> rest = options.subList(used, options.size());
        boolean inclusive = rest.equals(List.of("inclusive"));
        return rest.isEmpty() || inclusive
                ? Optional.of(length(size, little ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN, inclusive))
                : Optional.empty();
    }

    /** What {@link #byName} knows, sorted, options in brackets. */
    public static List<String> names() {
        return NAMES;
    }
}

package io.penstock.server.tls;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Takes a ClientHello apart.
 *
 * <pre>
 *   version (2) | random (32) | session id (1+n) | suites (2+n) | compression (1+n) | extensions (2+n)
 * </pre>
 */
final class HelloParser {
    private static final int RANDOM = 32;

    private static final int SUPPORTED_GROUPS = 10;
    private static final int SIGNATURE_ALGORITHMS = 13;
    private static final int SERVER_NAME = 0;
    private static final int ALPN = 16;
    private static final int SUPPORTED_VERSIONS = 43;

    private HelloParser() {}

    /**
     * Reads the message's body.
     *
     * @throws BufferUnderflowException when a length in it is wrong; so does {@link IllegalArgumentException}
     */
    static ClientHello parse(ByteBuffer hello) {
        int version = hello.getShort() & 0xffff;
        hello.position(hello.position() + RANDOM);
        part(hello, 1); // session id
        List<Integer> ciphers = numbers(part(hello, 2));
        part(hello, 1); // compression
        List<Integer> versions = List.of(version);
        List<Integer> groups = List.of();
        List<Integer> schemes = List.of();
        Optional<String> serverName = Optional.empty();
        List<String> alpn = List.of();
        ByteBuffer extensions = hello.hasRemaining() ? part(hello, 2) : ByteBuffer.allocate(0);
        while (extensions.hasRemaining()) {
            int type = extensions.getShort() & 0xffff;
            ByteBuffer body = part(extensions, 2);
            switch (type) {
                case SERVER_NAME -> serverName = serverName(body);
                case SUPPORTED_GROUPS -> groups = numbers(part(body, 2));
                case SIGNATURE_ALGORITHMS -> schemes = numbers(part(body, 2));
                case ALPN -> alpn = names(part(body, 2));
                case SUPPORTED_VERSIONS -> versions = numbers(part(body, 1));
                default -> {
                    // The engine's affair.
                }
            }
        }
        return new ClientHello(versions, ciphers, groups, schemes, serverName, alpn);
    }

    /** A vector: its length in so many bytes, then its content (RFC 8446 section 3.4). */
    private static ByteBuffer part(ByteBuffer from, int lengthBytes) {
        int length = lengthBytes == 1 ? from.get() & 0xff : from.getShort() & 0xffff;
        if (length > from.remaining()) {
            throw new BufferUnderflowException();
        }
        ByteBuffer part = from.slice().limit(length);
        from.position(from.position() + length);
        return part;
    }

    private static List<Integer> numbers(ByteBuffer from) {
        List<Integer> numbers = new ArrayList<>(from.remaining() / 2);
        while (from.hasRemaining()) {
            numbers.add(from.getShort() & 0xffff);
        }
        return numbers;
    }

    private static List<String> names(ByteBuffer from) {
        List<String> names = new ArrayList<>();
        while (from.hasRemaining()) {
            names.add(StandardCharsets.ISO_8859_1.decode(part(from, 1)).toString());
        }
        return names;
    }

    private static Optional<String> serverName(ByteBuffer body) {
        ByteBuffer list = part(body, 2);
        while (list.hasRemaining()) {
            int type = list.get();
            String name = StandardCharsets.US_ASCII.decode(part(list, 2)).toString();
            if (type == 0) {
                String plain = name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
                return Optional.of(plain.toLowerCase(Locale.ROOT));
            }
        }
        return Optional.empty();
    }
}

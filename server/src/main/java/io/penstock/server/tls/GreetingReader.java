package io.penstock.server.tls;

import io.penstock.server.tls.Greeting.Foreign;
import io.penstock.server.tls.Greeting.Hello;
import io.penstock.server.tls.Greeting.Incomplete;
import io.penstock.server.tls.Greeting.Unreadable;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.pekko.util.ByteString;

/** Reads a client's first bytes. */
final class GreetingReader {
    private static final int HANDSHAKE = 22;
    private static final int ALERT = 21;
    private static final int RECORD_HEADER = 5;
    private static final int CLIENT_HELLO = 1;
    private static final int MESSAGE_HEADER = 4;
    /** Longer ones, which nobody sends, are the engine's affair. */
    private static final int MAX_HELLO = 64 * 1024;

    private static final int UNEXPECTED_MESSAGE = 10;

    private static final int SERVER_NAME = 0;
    private static final int SUPPORTED_GROUPS = 10;
    private static final int SIGNATURE_ALGORITHMS = 13;
    private static final int ALPN = 16;
    private static final int SUPPORTED_VERSIONS = 43;

    private GreetingReader() {}

    /** Looks at everything that has come so far. */
    static Greeting read(ByteString received) {
        if (received.isEmpty()) {
            return new Incomplete();
        }
        int first = received.apply(0) & 0xff;
        if (first == ALERT) {
            return new Unreadable();
        }
        if (first != HANDSHAKE) {
            return new Foreign(TlsFailedException.refusal(TlsFault.NOT_TLS, UNEXPECTED_MESSAGE, ""));
        }
        try {
            return hello(received.asByteBuffer());
        } catch (BufferUnderflowException | IllegalArgumentException e) {
            return new Unreadable();
        }
    }

    /** The message may be spread over several records (RFC 8446 section 5.1). */
    private static Greeting hello(ByteBuffer records) {
        ByteBuffer message = ByteBuffer.allocate(records.remaining());
        while (records.remaining() >= RECORD_HEADER) {
            int type = records.get(records.position()) & 0xff;
            int length = records.getShort(records.position() + 3) & 0xffff;
            if (type != HANDSHAKE || length == 0) {
                return new Unreadable();
            }
            records.position(records.position() + RECORD_HEADER);
            int available = Math.min(length, records.remaining());
            message.put(records.slice().limit(available));
            records.position(records.position() + available);
            if (message.position() >= MESSAGE_HEADER) {
                int expected = message.getInt(0) & 0xffffff;
                if (message.get(0) != CLIENT_HELLO || expected > MAX_HELLO) {
                    return new Unreadable();
                }
                if (message.position() >= MESSAGE_HEADER + expected) {
                    message.flip().limit(MESSAGE_HEADER + expected).position(MESSAGE_HEADER);
                    return new Hello(parse(message));
                }
            }
        }
        return new Incomplete();
    }

    private static ClientHello parse(ByteBuffer hello) {
        int version = hello.getShort() & 0xffff;
        hello.position(hello.position() + 32);
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

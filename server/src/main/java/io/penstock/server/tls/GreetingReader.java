package io.penstock.server.tls;

import io.penstock.server.tls.Greeting.Foreign;
import io.penstock.server.tls.Greeting.Hello;
import io.penstock.server.tls.Greeting.Incomplete;
import io.penstock.server.tls.Greeting.Unreadable;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import org.apache.pekko.util.ByteString;

/**
 * Reads a client's first bytes as they come, and keeps them for whoever goes on. Each byte is looked at once, however
 * they are split, and no more than {@link #MAX_RECEIVED} and one read are kept. Not thread-safe.
 */
final class GreetingReader {
    /** A longer beginning, which nobody sends, is the engine's affair. */
    static final int MAX_RECEIVED = 64 * 1024;

    private static final int ALERT = 21;
    private static final int HANDSHAKE = 22;
    private static final int RECORD_HEADER = 5;
    private static final int CLIENT_HELLO = 1;
    private static final int MESSAGE_HEADER = 4;
    private static final int PROTOCOL_VERSION = 70;

    /** Everything that has come. */
    private ByteBuffer received = ByteBuffer.allocate(0);

    /** How far it has been looked at. */
    private int at;

    /** How much of the record there is still to come. */
    private int left;

    /** How much of the message has come, its header included. */
    private int length;

    /** How long the message is, its header included; 0 while that is not known. */
    private int expected;

    /** Looks at what has come further. Not after another answer than {@link Incomplete}. */
    Greeting read(ByteString chunk) {
        received = withRoom(received, chunk.size());
        received.put(chunk.toArrayUnsafe());
        if (received.position() == 0) {
            return new Incomplete();
        }
        return switch (received.get(0)) {
            case HANDSHAKE -> bounded(records());
            case ALERT -> new Unreadable();
            default ->
                ForeignBytes.judge(Arrays.copyOf(received.array(), Math.min(received.position(), 16)))
                        .<Greeting>map(Foreign::new)
                        .orElseGet(Incomplete::new);
        };
    }

    /**
     * Whether what has come agrees with a ClientHello in one record: type, version, length; message type, length,
     * version. Few other bytes do.
     */
    boolean looksLikeHello() {
        return has(0, HANDSHAKE) && has(1, 3) && has(5, CLIENT_HELLO) && has(6, 0) && has(9, 3);
    }

    private boolean has(int index, int value) {
        return received.position() <= index || received.get(index) == value;
    }

    /** Everything that has come. Once, last. */
    ByteString received() {
        return ByteString.fromArrayUnsafe(received.array(), 0, received.position());
    }

    private Greeting bounded(Greeting greeting) {
        return greeting instanceof Incomplete && received.position() > MAX_RECEIVED ? new Unreadable() : greeting;
    }

    /** The message may be spread over several records (RFC 8446 section 5.1). */
    private Greeting records() {
        while (at < received.position()) {
            if (left == 0) {
                if (received.position() - at < RECORD_HEADER) {
                    return new Incomplete();
                }
                left = recordLength(at);
                if (received.get(at) != HANDSHAKE || left == 0) {
                    return new Unreadable();
                }
                at += RECORD_HEADER;
            }
            int more = Math.min(left, received.position() - at);
            at += more;
            left -= more;
            length += more;
            if (expected == 0 && length >= MESSAGE_HEADER && !readHeader()) {
                return new Unreadable();
            }
            if (expected > 0 && length >= expected) {
                return parse();
            }
        }
        return new Incomplete();
    }

    private int recordLength(int header) {
        return received.getShort(header + 3) & 0xffff;
    }

    /** Whether it is that of a ClientHello. */
    private boolean readHeader() {
        ByteBuffer header = message(MESSAGE_HEADER);
        expected = MESSAGE_HEADER + (header.getInt(0) & 0xffffff);
        return header.get(0) == CLIENT_HELLO && expected <= MAX_RECEIVED;
    }

    /** The first bytes of the message, out of their records. */
    private ByteBuffer message(int size) {
        ByteBuffer message = ByteBuffer.allocate(size);
        for (int header = 0; message.hasRemaining(); header += RECORD_HEADER + recordLength(header)) {
            int part = Math.min(recordLength(header), message.remaining());
            message.put(received.array(), header + RECORD_HEADER, part);
        }
        return message.flip();
    }

    private Greeting parse() {
        try {
            return judge(HelloParser.parse(message(expected).position(MESSAGE_HEADER)));
        } catch (BufferUnderflowException | IllegalArgumentException e) {
            return new Unreadable();
        }
    }

    private static Greeting judge(ClientHello hello) {
        Optional<Integer> outdated = Versions.outdated(hello.versions());
        if (outdated.isEmpty()) {
            return new Hello(hello);
        }
        TlsFault fault = outdated.get() <= Versions.SSL3 ? TlsFault.SSL3_ONLY : TlsFault.OLD_VERSION;
        return new Foreign(TlsFailedException.refusal(
                fault, PROTOCOL_VERSION, "it offers " + Versions.name(outdated.get()) + " (expected: TLS 1.2 or 1.3)"));
    }

    /** Doubled when it grows, so that bytes that come one by one are not copied each time. */
    private static ByteBuffer withRoom(ByteBuffer buffer, int more) {
        if (buffer.remaining() >= more) {
            return buffer;
        }
        int needed = buffer.position() + more;
        ByteBuffer larger = ByteBuffer.allocate(Math.max(needed, Math.min(buffer.capacity() * 2, MAX_RECEIVED)));
        return larger.put(buffer.flip());
    }
}

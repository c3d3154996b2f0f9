package io.penstock.server.tls;

import io.netty.internal.tcnative.SSL;
import io.penstock.server.pki.CertificateAuthority;
import io.penstock.server.pki.ClientVerifier;
import io.penstock.server.pki.Identities;
import io.penstock.server.pki.Identity;
import io.penstock.server.pki.Trust;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.apache.pekko.util.ByteString;
import org.jspecify.annotations.Nullable;

/**
 * One connection between a client of BoringSSL and an engine of ours, from hello to one of many ends. Each step may be
 * on another thread.
 */
final class NativeConversation {
    /** How it ends. */
    enum Ending {
        ORDERLY,
        ORDERLY12,
        RESUMED12,
        HALF_CLOSED,
        HALF_CLOSED12,
        OURS_FIRST,
        /** The client's bytes end anywhere. */
        TRUNCATED,
        /** One bit of them is wrong. */
        DAMAGED,
        PLAIN_ALERT,
        ACCEPTED_CERTIFICATE,
        REFUSED_CERTIFICATE,
        NO_CERTIFICATE,
        CHECK_THROWS,
        RELEASED_BEFORE_THE_CHECK,
        RELEASED_AFTER_THE_CHECK
    }

    /** What connections share, and what a reload replaces. */
    static final class World implements AutoCloseable {
        private static final CertificateAuthority CA = CertificateAuthority.create("stress");
        private static final Identity SERVER = CA.server("localhost");
        private static final Identity ALICE = CA.client("alice");
        private static final Trust REQUIRED = Trust.required(CA.certificate());

        private final NativeClient.Context client13 =
                new NativeClient.Context(SSL.SSL_PROTOCOL_TLSV1_3, Optional.empty());
        private final NativeClient.Context client12 =
                new NativeClient.Context(SSL.SSL_PROTOCOL_TLSV1_2, Optional.empty());
        private final NativeClient.Context resuming =
                new NativeClient.Context(SSL.SSL_PROTOCOL_TLSV1_2, Optional.empty());
        private final NativeClient.Context alice =
                new NativeClient.Context(SSL.SSL_PROTOCOL_TLSV1_3, Optional.of(ALICE));
        private volatile BoringEngines open;
        private volatile BoringEngines asking;
        private final TicketKeys keys;

        World(TicketKeys keys) throws Exception {
            this.keys = keys;
            open = engines(Trust.NONE);
            asking = engines(REQUIRED);
        }

        private BoringEngines engines(Trust trust) throws Exception {
            return new BoringEngines(
                    Identities.of(SERVER), new ClientVerifier(trust, JUDGE), Policy.INTERMEDIATE, keys);
        }

        /** New engines for new connections; the old ones' memory stays for those that they have. */
        void reload() throws Exception {
            open = engines(Trust.NONE);
            asking = engines(REQUIRED);
        }

        @Override
        public void close() {
            open.free();
            asking.free();
            List.of(client13, client12, resuming, alice).forEach(NativeClient.Context::close);
        }
    }

    /** Whose certificate is being judged. */
    private static final ThreadLocal<Ending> JUDGED = ThreadLocal.withInitial(() -> Ending.ORDERLY);

    /** What time it is decides on certificates. */
    private static final Clock JUDGE = new TestClock(() -> switch (JUDGED.get()) {
        case CHECK_THROWS -> throw new IllegalStateException("out of order");
        case REFUSED_CERTIFICATE -> Instant.parse("2999-01-01T00:00:00Z");
        default -> Instant.now();
    });

    private static final byte[] ALERT = {21, 3, 3, 0, 2, 2, 48};

    final Ending ending;
    private final Random random;
    private final NativeClient client;
    private final BoringEngine server;
    private final byte[] question;
    private final byte[] answer;
    private byte[] toServer;
    private int sent;
    private final int touched;
    private int turn;
    private boolean over;
    private final List<ByteString> heard = new ArrayList<>();
    private @Nullable TlsFailedException failure;

    NativeConversation(World world, Ending ending, long seed) {
        this.ending = ending;
        this.random = new Random(seed);
        client = new NativeClient(
                switch (ending) {
                    case ORDERLY12, HALF_CLOSED12 -> world.client12;
                    case RESUMED12 -> world.resuming;
                    case ACCEPTED_CERTIFICATE,
                            REFUSED_CERTIFICATE,
                            CHECK_THROWS,
                            RELEASED_BEFORE_THE_CHECK,
                            RELEASED_AFTER_THE_CHECK -> world.alice;
                    default -> random.nextBoolean() ? world.client13 : world.client12;
                });
        boolean asks = ending.compareTo(Ending.ACCEPTED_CERTIFICATE) >= 0;
        server = (asks ? world.asking : world.open).engine(Optional.empty(), List.of(World.SERVER));
        question = bytes(random.nextInt(3_000) + 1);
        answer = bytes(random.nextInt(20_000) + 1);
        touched = random.nextInt(2_500);
        toServer = client.take(new byte[0]);
    }

    private byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    /** Goes on; false when it has ended, and has been released. */
    boolean step() {
        if (!over) {
            try {
                exchange();
            } catch (TlsFailedException e) {
                failure = e;
                byte[] alert = server.takeCiphertext().toArray();
                if (alert.length > 0) {
                    client.take(alert);
                }
                over = true;
            }
        }
        if (over) {
            server.release();
            client.close();
        }
        return !over;
    }

    private void exchange() {
        byte[] bytes = harm(toServer);
        toServer = new byte[0];
        int cut = bytes.length < 2 || random.nextInt(4) > 0 ? bytes.length : random.nextInt(bytes.length);
        for (byte[] piece : List.of(Arrays.copyOf(bytes, cut), Arrays.copyOfRange(bytes, cut, bytes.length))) {
            if (piece.length > 0 && !over) {
                deliver(piece);
            }
        }
        if (over) {
            return;
        }
        byte[] back = server.takeCiphertext().toArray();
        byte[] said = back.length == 0 ? new byte[0] : client.take(back);
        if (ending == Ending.PLAIN_ALERT && back.length > 0) {
            said = ALERT;
        }
        if (said.length == 0 && bytes.length == 0 && back.length == 0) {
            said = talk();
        }
        toServer = said;
    }

    /** What a bad connection does to the client's bytes. */
    private byte[] harm(byte[] bytes) {
        int at = touched - sent;
        sent += bytes.length;
        if (at >= 0 && at < bytes.length && ending == Ending.TRUNCATED) {
            over = true;
            byte[] rest = Arrays.copyOf(bytes, at);
            server.receive(ByteString.fromArray(rest));
            if (random.nextBoolean()) {
                server.closeOutbound();
            }
            return new byte[0];
        }
        if (at >= 0 && at < bytes.length && ending == Ending.DAMAGED) {
            bytes[at] ^= (byte) (1 << random.nextInt(8));
        }
        return bytes;
    }

    private void deliver(byte[] piece) {
        server.receive(ByteString.fromArray(piece));
        Runnable task = server.task();
        if (task != null) {
            if (ending == Ending.RELEASED_BEFORE_THE_CHECK) {
                over = true;
                return;
            }
            JUDGED.set(ending);
            task.run();
            if (ending == Ending.RELEASED_AFTER_THE_CHECK) {
                over = true;
                return;
            }
            server.resume();
        }
        heard.add(server.takePlaintext());
    }

    /** The handshake is through, and nobody has anything to say by himself. */
    private byte[] talk() {
        if (!client.open || !server.isOpen()) {
            // Damage may make either wait for bytes that are not coming.
            over = true;
            return new byte[0];
        }
        turn++;
        boolean half = ending == Ending.HALF_CLOSED || ending == Ending.HALF_CLOSED12;
        return switch (turn) {
            case 1 -> {
                if (ending == Ending.RESUMED12) {
                    client.keepSession();
                }
                yield client.write(question);
            }
            case 2 -> half ? client.end() : reply();
            case 3 -> {
                if (half) {
                    yield reply();
                }
                if (ending == Ending.OURS_FIRST) {
                    server.closeOutbound();
                    yield new byte[0];
                }
                yield client.end();
            }
            case 4 -> {
                server.closeOutbound();
                yield ending == Ending.OURS_FIRST ? client.end() : new byte[0];
            }
            default -> {
                over = turn > 5;
                yield new byte[0];
            }
        };
    }

    private byte[] reply() {
        server.send(ByteString.fromArray(answer));
        return new byte[0];
    }

    /** What should have happened and has not; empty: all is well. */
    Optional<String> complaint() {
        String seen = ending + ": " + (failure == null ? "no failure" : failure.getMessage()) + "; client "
                + client.failure + "; turn " + turn;
        boolean good = switch (ending) {
            case ORDERLY, ORDERLY12, RESUMED12, HALF_CLOSED, HALF_CLOSED12, OURS_FIRST, ACCEPTED_CERTIFICATE ->
                complete();
            case TRUNCATED, DAMAGED, RELEASED_BEFORE_THE_CHECK, RELEASED_AFTER_THE_CHECK -> true;
            case PLAIN_ALERT -> failed("unknown_ca");
            case REFUSED_CERTIFICATE -> failed("has expired") && client.failure.contains("certificate expired");
            case NO_CERTIFICATE ->
                failed("showed no certificate")
                        && (client.failure.contains("certificate required")
                                || client.failure.contains("handshake failure"));
            case CHECK_THROWS -> failed("out of order") && client.failure.contains("internal error");
        };
        return good ? Optional.empty() : Optional.of(seen);
    }

    private boolean failed(String words) {
        return failure != null && String.valueOf(failure.getMessage()).contains(words);
    }

    private boolean complete() {
        ByteString all = heard.stream().reduce(ByteString.emptyByteString(), ByteString::concat);
        return failure == null
                && Arrays.equals(all.toArray(), question)
                && Arrays.equals(client.received.toByteArray(), answer)
                && client.closed
                && server.isInboundClosed();
    }
}

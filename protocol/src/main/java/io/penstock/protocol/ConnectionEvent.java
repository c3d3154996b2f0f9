package io.penstock.protocol;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;

/**
 * What happens to a connection. Penstock itself never logs about connections: it tells events, and logging is one
 * subscriber ({@link Subscriber}).
 *
 * <p>The life of a connection is {@link Refused}, or {@link Accepted} followed by {@link Failed}, or {@link Accepted},
 * {@link Handshaken} (also on a plaintext port), any number of {@link Framed}, {@link Rejected}, {@link Processed},
 * {@link ProcessingFailed}, {@link Quarantined} and {@link Abandoned}, and {@link Closed}; {@link Faulted} may come before either end.
 * So accepted = failed + closed + still there. {@link Held}, {@link Resumed}, {@link ListsReloaded} and {@link ListsRefused} are a
 * port's. Durations are monotonic.
 *
 * <p>A frame comes by {@link Framed}, {@link Abandoned} or {@link Rejected}, by the last unless it is truncated: then it comes by
 * {@link Framed}, too. It goes by {@link Processed}, {@link ProcessingFailed} or {@link Quarantined}, at once when it is
 * dropped, or else, lost, by {@link Closed}. {@link Summary} has the sum.
 */
public sealed interface ConnectionEvent {
    /** Receives every event of a server. */
    @FunctionalInterface
    interface Subscriber {
        /**
         * Called on the thread of the actor to which it happened, for one connection in order. Must neither block nor
         * throw.
         */
        void on(ConnectionEvent event);

        /** The same for what happens to certificates; not listened to by default. */
        default void onCertificates(CertificateEvent event) {
            // Who counts connections need not know.
        }

        /** Tells both, this one first. */
        default Subscriber and(Subscriber other) {
            Subscriber self = this;
            return new Subscriber() {
                @Override
                public void on(ConnectionEvent event) {
                    self.on(event);
                    other.on(event);
                }

                @Override
                public void onCertificates(CertificateEvent event) {
                    self.onCertificates(event);
                    other.onCertificates(event);
                }
            };
        }
    }

    /**
     * A client was turned away before anything was read from it.
     *
     * @param limit what objected: the key of the limit, such as {@code max-connections}; {@code drain} while the port
     *     stops
     * @param reason with the value of the limit, for the log
     */
    record Refused(InetSocketAddress peer, InetSocketAddress local, String limit, String reason)
            implements ConnectionEvent {}

    /**
     * A port takes no connections for the time being: they wait in the system's backlog. Told once, however often that is
     * for a moment only; {@link Resumed} follows.
     *
     * @param limit what holds it: the key of the limit; {@code suspend} on request, {@code open-files} without a file to
     *     spare
     * @param reason with the value of the limit, for the log
     */
    record Held(String listener, InetSocketAddress local, String limit, String reason) implements ConnectionEvent {}

    /**
     * A port takes connections as they come again.
     *
     * @param limit what held it
     * @param after since {@link Held}
     */
    record Resumed(String listener, InetSocketAddress local, String limit, Duration after) implements ConnectionEvent {}

    /**
     * A port's lists of addresses are what their files hold now; connections that are open go on.
     *
     * @param allowed how many ranges of addresses; 0: everybody
     * @param denied the same
     */
    record ListsReloaded(String listener, int allowed, int denied) implements ConnectionEvent {}

    /**
     * The files of a port's lists hold something that cannot be used; the lists stay as they were. Told once for one state
     * of the files.
     *
     * @param problems one line each
     */
    record ListsRefused(String listener, List<String> problems) implements ConnectionEvent {
        public ListsRefused {
            problems = List.copyOf(problems);
        }
    }

    /** A client's connection was taken on. */
    record Accepted(ConnectionInfo connection) implements ConnectionEvent {}

    /**
     * The connection is open.
     *
     * @param connection with what TLS agreed on, if it is a TLS port
     * @param took from accept to now
     */
    record Handshaken(ConnectionInfo connection, Duration took) implements ConnectionEvent {}

    /**
     * The connection ended before it was open.
     *
     * @param took from accept to now
     */
    record Failed(ConnectionInfo connection, ConnectionEnd end, Duration took) implements ConnectionEvent {}

    /**
     * A read completed frames, and they went to the processor.
     *
     * @param batch counted from 1 within the connection
     */
    record Framed(ConnectionInfo connection, long batch, int frames, long bytes) implements ConnectionEvent {}

    /** A frame was not delivered as it came. */
    record Rejected(ConnectionInfo connection, BadFrame frame) implements ConnectionEvent {}

    /**
     * The processor answered that a batch, or what was left of it, is done.
     *
     * @param frames how many frames this answer covers
     * @param took since {@link Framed}
     */
    record Processed(ConnectionInfo connection, long batch, int frames, AckStep step, Duration took)
            implements ConnectionEvent {}

    /**
     * The processor answered that frames could not be processed.
     *
     * @param frames how many failed, from {@code frame} on
     * @param processed how many frames before it are done by this answer
     * @param action what follows for the frame and its connection
     */
    record ProcessingFailed(
            ConnectionInfo connection,
            long batch,
            int frame,
            int frames,
            int processed,
            String reason,
            FailureAction action)
            implements ConnectionEvent {}

    /** A frame is in quarantine: one that was bad, or one that could not be processed. */
    record Quarantined(ConnectionInfo connection) implements ConnectionEvent {}

    /**
     * Frames came when the connection had been given up already, and go to no processor. {@link Summary#framesLost} has them.
     */
    record Abandoned(ConnectionInfo connection, int frames) implements ConnectionEvent {}

    /** The connection is about to end by a fault of our own. */
    record Faulted(ConnectionInfo connection, Throwable cause) implements ConnectionEvent {}

    /** An open connection has ended. */
    record Closed(ConnectionInfo connection, ConnectionEnd end, Summary summary) implements ConnectionEvent {}

    /**
     * The account of a connection. Each frame that came is counted once for what has become of it: framesIn = processed +
     * failed + quarantined + dropped + lost.
     *
     * @param open from accept to now
     * @param bytesIn bytes received, TLS taken off
     * @param bytesOut bytes handed to the transport for the peer, before TLS
     * @param framesIn frames that came, also bad ones. Bytes that are no frame at all, where the stream cannot go on, count as
     *     one; a partial frame at the end, and what came after reading had ended, as none
     * @param framesProcessed frames that the processor answered done
     * @param framesFailed frames that the processor answered failed, and that were not to be set aside
     * @param framesQuarantined frames in quarantine, because they were bad or the processor failed at them
     * @param framesDropped bad frames that were skipped, or that ended the connection
     * @param framesTruncated not a part of the sum: of the beginning of a truncated frame becomes what becomes of any other
     * @param framesLost all others: never answered, not kept by the quarantine, or come when the connection had been given up
     * @param bytesLost their payload, partial frames at the end, and what came after reading had ended
     * @param waits what the time was spent on
     */
    record Summary(
            Duration open,
            long bytesIn,
            long bytesOut,
            long framesIn,
            long framesProcessed,
            long framesFailed,
            long framesQuarantined,
            long framesDropped,
            long framesTruncated,
            long framesLost,
            long bytesLost,
            Waits waits) {}

    /**
     * Who was slow: what the time of an open connection was spent on. At any time it is one of the first four, but for pauses
     * of the thread; TLS works beside them.
     *
     * @param client nothing came from the client, or it did not take what waited for it
     * @param processor everything that the window allows waited to be answered, or all that was left
     * @param limits a rate or the memory budget kept it from being read
     * @param framing bytes were cut into frames, and those handed on
     * @param tls records were opened, sealed, or a handshake computed; zero on a plaintext port
     */
    record Waits(Duration client, Duration processor, Duration limits, Duration framing, Duration tls) {
        /** Nothing is known. */
        public static final Waits NONE =
                new Waits(Duration.ZERO, Duration.ZERO, Duration.ZERO, Duration.ZERO, Duration.ZERO);

        /** The same with the time of TLS. */
        public Waits withTls(Duration time) {
            return new Waits(client, processor, limits, framing, time);
        }
    }
}

package io.penstock.server.tls;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/** How far a connection's handshake has come, for who gives up waiting for it, and what TLS has worked. Thread-safe. */
public final class HandshakeProgress {
    enum Step {
        NOTHING("the client sent nothing"),
        PART_OF_PROXY_HEADER("only the beginning of a PROXY header came"),
        PROXY_HEADER("nothing came but a PROXY header"),
        PART_OF_HELLO("only the beginning of a first message came"),
        HELLO("a ClientHello came, and was not answered"),
        ANSWERED("the client did not go on after the server's answer");

        private final String words;

        Step(String words) {
            this.words = words;
        }
    }

    private final AtomicLong nanos = new AtomicLong();
    private volatile Step step = Step.NOTHING;

    /**
     * A PROXY header has come.
     *
     * @param whole false: its beginning
     */
    public void proxyHeader(boolean whole) {
        step = whole ? Step.PROXY_HEADER : Step.PART_OF_PROXY_HEADER;
    }

    void reached(Step now) {
        step = now;
    }

    /** An engine, or a task of it, has worked since this {@link System#nanoTime}. */
    void workedSince(long began) {
        nanos.addAndGet(System.nanoTime() - began);
    }

    /** How long TLS has worked for the connection, in its handshake and since, on whatever thread. */
    public Duration work() {
        return Duration.ofNanos(nanos.get());
    }

    Step step() {
        return step;
    }

    /** Whether the client has sent nothing yet; a PROXY header is not the client's. */
    public boolean isSilent() {
        return step == Step.NOTHING || step == Step.PROXY_HEADER;
    }

    /** The end of a connection whose time for the handshake is over. */
    public TlsFailedException timedOut(Duration timeout) {
        return TlsFailedException.inEngine(
                TlsFault.HANDSHAKE_TIMEOUT, step.words + " within " + timeout.toMillis() + " ms", null);
    }

    /** The client has closed its socket, without an alert. */
    TlsFailedException closed() {
        return isSilent()
                ? TlsFailedException.inEngine(TlsFault.PROBE, "", null)
                : TlsFailedException.inEngine(TlsFault.CLOSED_IN_HANDSHAKE, step.words, null);
    }

    /** The transport has failed. */
    TlsFailedException reset(Throwable cause) {
        return isSilent()
                ? TlsFailedException.inEngine(TlsFault.PROBE, "", cause)
                : TlsFailedException.inEngine(TlsFault.RESET_IN_HANDSHAKE, step.words, cause);
    }
}

package io.penstock.server.tls;

import java.time.Duration;
import org.apache.pekko.stream.Attributes;
import org.apache.pekko.stream.BidiShape;
import org.apache.pekko.stream.Inlet;
import org.apache.pekko.stream.Outlet;
import org.apache.pekko.stream.stage.AbstractInHandler;
import org.apache.pekko.stream.stage.AbstractOutHandler;
import org.apache.pekko.stream.stage.GraphStage;
import org.apache.pekko.stream.stage.GraphStageLogic;
import org.apache.pekko.stream.stage.TimerGraphStageLogic;
import org.apache.pekko.util.ByteString;
import org.jspecify.annotations.Nullable;

/**
 * No TLS: both directions pass, each on its own. Only a client that begins with a whole ClientHello is refused, with
 * an alert, as it would take our bytes for TLS. While the first bytes look like the beginning of one they are held
 * back; whatever else they turn out to be is data.
 */
final class PlaintextStage extends GraphStage<BidiShape<ByteString, ByteString, ByteString, ByteString>> {
    private static final int HANDSHAKE_FAILURE = 40;
    private static final String LINGER = "linger";

    private final Inlet<ByteString> plainIn = Inlet.create("PlaintextStage.plainIn");
    private final Outlet<ByteString> peerOut = Outlet.create("PlaintextStage.peerOut");
    private final Inlet<ByteString> peerIn = Inlet.create("PlaintextStage.peerIn");
    private final Outlet<ByteString> plainOut = Outlet.create("PlaintextStage.plainOut");
    private final BidiShape<ByteString, ByteString, ByteString, ByteString> shape =
            BidiShape.of(plainIn, peerOut, peerIn, plainOut);
    private final Duration linger;

    /**
     * A stage for one connection.
     *
     * @param linger how long input is discarded after a refusal
     */
    PlaintextStage(Duration linger) {
        this.linger = linger;
    }

    @Override
    public BidiShape<ByteString, ByteString, ByteString, ByteString> shape() {
        return shape;
    }

    @Override
    public GraphStageLogic createLogic(Attributes attributes) {
        return new Logic();
    }

    private final class Logic extends TimerGraphStageLogic {
        /** Null once it is clear what the client speaks. */
        private @Nullable GreetingReader greeting = new GreetingReader();

        Logic() {
            super(shape);
            setHandler(peerIn, new AbstractInHandler() {
                @Override
                public void onPush() {
                    receive(grab(peerIn));
                }

                @Override
                public void onUpstreamFinish() {
                    ByteString held = greeting == null ? ByteString.emptyByteString() : greeting.received();
                    if (!held.isEmpty() && !isClosed(plainOut)) {
                        emit(plainOut, held);
                    }
                    complete(plainOut);
                }

                @Override
                public void onUpstreamFailure(Throwable failure) {
                    fail(plainOut, failure);
                }
            });
            setHandler(plainOut, new AbstractOutHandler() {
                @Override
                public void onPull() {
                    pull(peerIn);
                }

                @Override
                public void onDownstreamFinish(Throwable cause) {
                    cancel(peerIn);
                }
            });
            setHandler(plainIn, new AbstractInHandler() {
                @Override
                public void onPush() {
                    push(peerOut, grab(plainIn));
                }

                @Override
                public void onUpstreamFinish() {
                    complete(peerOut);
                }

                @Override
                public void onUpstreamFailure(Throwable failure) {
                    fail(peerOut, failure);
                }
            });
            setHandler(peerOut, new AbstractOutHandler() {
                @Override
                public void onPull() {
                    pull(plainIn);
                }

                @Override
                public void onDownstreamFinish(Throwable cause) {
                    cancel(plainIn);
                }
            });
        }

        private void receive(ByteString chunk) {
            if (isClosed(plainOut)) {
                // Refused: what still comes is read, since closing with unread input would be a reset.
                pull(peerIn);
            } else if (greeting == null) {
                push(plainOut, chunk);
            } else {
                greet(greeting, chunk);
            }
        }

        private void greet(GreetingReader reader, ByteString chunk) {
            Greeting read = reader.read(chunk);
            if (read instanceof Greeting.Incomplete && reader.looksLikeHello()) {
                pull(peerIn);
                return;
            }
            greeting = null;
            if (read instanceof Greeting.Hello || isOldHello(read)) {
                refuse();
            } else {
                push(plainOut, reader.received());
            }
        }

        private static boolean isOldHello(Greeting read) {
            return read instanceof Greeting.Foreign foreign
                    && (foreign.refusal().fault() == TlsFault.OLD_VERSION
                            || foreign.refusal().fault() == TlsFault.SSL3_ONLY);
        }

        private void refuse() {
            TlsFailedException refusal = TlsFailedException.refusal(TlsFault.ON_PLAINTEXT_PORT, HANDSHAKE_FAILURE, "");
            cancel(plainIn);
            emit(peerOut, refusal.record(), () -> complete(peerOut));
            fail(plainOut, refusal);
            pull(peerIn);
            scheduleOnce(LINGER, linger);
        }

        /** A client that does not close must not keep the socket. */
        @Override
        public void onTimer(Object key) {
            completeStage();
        }
    }
}

package io.penstock.server;

import io.penstock.protocol.ConnectionEnd;
import io.penstock.protocol.ProxyHeader;
import io.penstock.protocol.ProxyHeaderReader;
import io.penstock.protocol.ProxyHeaderReader.Reading;
import io.penstock.server.ProxySettings.Mode;
import io.penstock.server.tls.HandshakeProgress;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.pekko.stream.Attributes;
import org.apache.pekko.stream.FlowShape;
import org.apache.pekko.stream.Inlet;
import org.apache.pekko.stream.Outlet;
import org.apache.pekko.stream.stage.AbstractInOutHandler;
import org.apache.pekko.stream.stage.AsyncCallback;
import org.apache.pekko.stream.stage.GraphStage;
import org.apache.pekko.stream.stage.GraphStageLogic;
import org.apache.pekko.util.ByteString;

/**
 * What comes from the socket, without the PROXY header before it: TLS sees no byte until the header is whole and its
 * {@link Gate} has let the connection in. What follows the header passes untouched.
 *
 * <pre>
 *   reading ──header, or none──▶ asking ──let in──▶ open
 *      └────────refused────────────┴──turned away──▶ over
 * </pre>
 *
 * When it is over, what still comes is read and thrown away, as closing with unread input would make a reset; the
 * gate's owner ends the connection.
 */
final class ProxyStage extends GraphStage<FlowShape<ByteString, ByteString>> {
    /** Who decides about the connection. Called on the stream's thread. */
    interface Gate {
        /**
         * It is known whose connection it is.
         *
         * @param header empty: there is none, and none is needed
         * @param letIn to be told once, on any thread, whether the connection may go on
         */
        void announced(Optional<ProxyHeader> header, Consumer<Boolean> letIn);

        /** The connection cannot go on. */
        void refused(ConnectionEnd end);
    }

    /** Type of the record that a handshake begins with (RFC 8446 section 5.1). */
    private static final byte TLS = 22;

    private enum Phase {
        READING,
        ASKING,
        OPEN,
        OVER
    }

    private final Inlet<ByteString> in = Inlet.create("ProxyStage.in");
    private final Outlet<ByteString> out = Outlet.create("ProxyStage.out");
    private final FlowShape<ByteString, ByteString> shape = FlowShape.of(in, out);
    private final Mode mode;
    private final boolean trusted;
    private final HandshakeProgress progress;
    private final Gate gate;

    /**
     * The stage of one socket.
     *
     * @param mode not {@link Mode#OFF}
     * @param trusted whether a header of this peer is believed
     * @param progress told how far the header is
     */
    ProxyStage(Mode mode, boolean trusted, HandshakeProgress progress, Gate gate) {
        this.mode = mode;
        this.trusted = trusted;
        this.progress = progress;
        this.gate = gate;
    }

    @Override
    public FlowShape<ByteString, ByteString> shape() {
        return shape;
    }

    @Override
    public GraphStageLogic createLogic(Attributes attributes) {
        return new Logic();
    }

    private final class Logic extends GraphStageLogic {
        private final AsyncCallback<Boolean> answered = createAsyncCallback(this::onAnswer);

        private Phase phase = Phase.READING;
        /** All that has come and has not been handed on. */
        private ByteString received = ByteString.emptyByteString();

        Logic() {
            super(shape);
            setHandlers(in, out, new AbstractInOutHandler() {
                @Override
                public void onPush() {
                    receive(grab(in));
                }

                @Override
                public void onPull() {
                    if (phase != Phase.ASKING && !isClosed(in) && !hasBeenPulled(in)) {
                        pull(in);
                    }
                }

                @Override
                public void onUpstreamFinish() {
                    end();
                }
            });
        }

        /** Nobody pulls before the connection is open, and without TLS it opens by what is read here. */
        @Override
        public void preStart() {
            pull(in);
        }

        private void receive(ByteString chunk) {
            switch (phase) {
                case OPEN -> push(out, chunk);
                case OVER -> pull(in);
                case READING, ASKING -> {
                    // In one piece: a header that comes byte by byte is looked at each time.
                    received = received.concat(chunk).compact();
                    judge(ProxyHeaderReader.read(received));
                }
            }
        }

        private void judge(Reading reading) {
            if (reading instanceof Reading.Absent) {
                withoutHeader();
            } else if (reading instanceof Reading.Incomplete incomplete && !incomplete.begun()) {
                pull(in);
            } else if (!trusted) {
                refuse(ProxyFault.NOT_TRUSTED, "");
            } else if (reading instanceof Reading.Malformed malformed) {
                refuse(ProxyFault.MALFORMED, malformed.reason());
            } else if (reading instanceof Reading.Whole whole) {
                progress.proxyHeader(true);
                received = received.drop(whole.length());
                ask(Optional.of(whole.header()));
            } else {
                progress.proxyHeader(false);
                pull(in);
            }
        }

        private void withoutHeader() {
            if (mode == Mode.REQUIRED) {
                refuse(ProxyFault.MISSING, received.head() == TLS ? "TLS came at once" : "something else came first");
            } else {
                ask(Optional.empty());
            }
        }

        private void ask(Optional<ProxyHeader> header) {
            phase = Phase.ASKING;
            gate.announced(header, answered::invoke);
        }

        private void onAnswer(boolean letIn) {
            if (!letIn) {
                over();
                return;
            }
            phase = Phase.OPEN;
            if (!received.isEmpty()) {
                emit(out, received);
                received = ByteString.emptyByteString();
            } else if (!isClosed(in) && isAvailable(out) && !hasBeenPulled(in)) {
                pull(in);
            }
            if (isClosed(in)) {
                complete(out);
            }
        }

        /** Nothing more comes. */
        private void end() {
            switch (phase) {
                case READING -> endWithinHeader();
                case ASKING -> {
                    // What has come is handed on once there is an answer.
                }
                case OPEN, OVER -> completeStage();
            }
        }

        private void endWithinHeader() {
            if (received.isEmpty()) {
                // A health check that only connects; the layer above knows what to call it.
                completeStage();
            } else if (ProxyHeaderReader.read(received) instanceof Reading.Incomplete incomplete
                    && incomplete.begun()) {
                refuse(ProxyFault.INCOMPLETE, "after " + received.size() + " bytes");
            } else {
                withoutHeader();
            }
        }

        private void refuse(ProxyFault fault, String detail) {
            gate.refused(fault.end(detail));
            over();
        }

        private void over() {
            phase = Phase.OVER;
            received = ByteString.emptyByteString();
            complete(out);
            if (!isClosed(in) && !hasBeenPulled(in)) {
                pull(in);
            }
        }
    }
}

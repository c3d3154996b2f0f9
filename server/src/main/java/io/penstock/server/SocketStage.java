package io.penstock.server;

import io.penstock.protocol.ConnectionProtocol;
import java.time.Duration;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.japi.Pair;
import org.apache.pekko.stream.Attributes;
import org.apache.pekko.stream.BidiShape;
import org.apache.pekko.stream.Inlet;
import org.apache.pekko.stream.Outlet;
import org.apache.pekko.stream.stage.AbstractGraphStageWithMaterializedValue;
import org.apache.pekko.stream.stage.AbstractInHandler;
import org.apache.pekko.stream.stage.AbstractOutHandler;
import org.apache.pekko.stream.stage.AsyncCallback;
import org.apache.pekko.stream.stage.GraphStageLogic;
import org.apache.pekko.stream.stage.TimerGraphStageLogic;
import org.apache.pekko.util.ByteString;

/**
 * The transport's end of a connection's stream, next to Pekko's TCP: knows what the system has taken of what was
 * written, and when the socket is gone.
 *
 * <pre>
 *   fromUs   ──▶ ahead ──▶ toSocket      pieces; the next one once the system has taken the one before
 *   toUs     ◀──────────── fromSocket
 * </pre>
 *
 * Pekko's stage takes any number of bytes and goes on writing them after the stream above has ended, for a peer that
 * never reads for ever; nobody could see that. So it is given pieces, with no buffer of its own, and is ended only when
 * the last one is with the system. That holds while {@code pekko.stream.materializer.io.tcp.coalesce-writes} is not 0,
 * otherwise it is one piece behind.
 */
final class SocketStage
        extends AbstractGraphStageWithMaterializedValue<
                BidiShape<ByteString, ByteString, ByteString, ByteString>, SocketStage.Control> {
    /** As much as Pekko's TCP writes in one go. */
    private static final int PIECE = 128 * 1024;

    /** Taken from above while a piece is being written, so that the next one is ready. */
    private static final int AHEAD = 16 * 1024;

    /** For a last word, such as an alert, when a connection is cut. */
    static final Duration LAST_WORD = Duration.ofMillis(250);

    /** Our side is closed, and the system has everything, close_notify included, or takes no more. */
    record WritingEnded() implements ConnectionProtocol.Signal {}

    /** The peer has taken nothing of what waits for it for the write timeout; the socket is being reset. */
    record WritingStalled() implements ConnectionProtocol.Signal {}

    /** The socket is gone; the last one. */
    record Released() implements ConnectionProtocol.Signal {}

    /** The owner's hold on the socket. Thread-safe; without effect when it is gone. */
    static final class Control {
        private final AsyncCallback<Runnable> run;
        private final Logic logic;

        private Control(Logic logic) {
            this.logic = logic;
            run = logic.callback();
        }

        /** Gives the socket up, once everything is written. */
        void close() {
            run.invoke(logic::close);
        }

        /** Like {@link #close}, and after {@link #LAST_WORD} it is reset. */
        void cut() {
            run.invoke(logic::cut);
        }

        /** Resets it. */
        void reset() {
            run.invoke(logic::reset);
        }
    }

    /** Told on the stream's thread what becomes of what is written. */
    @FunctionalInterface
    interface Backlog {
        /**
         * It has changed.
         *
         * @param bytes handed to this stage, and not taken by the system
         * @param taken whether the system has just taken some
         */
        void is(long bytes, boolean taken);
    }

    /** Makes Pekko's TCP reset the connection. */
    private static final class ResetException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        ResetException() {
            super("reset by us", null, false, false);
        }
    }

    private final Inlet<ByteString> fromUs = Inlet.create("SocketStage.fromUs");
    private final Outlet<ByteString> toSocket = Outlet.create("SocketStage.toSocket");
    private final Inlet<ByteString> fromSocket = Inlet.create("SocketStage.fromSocket");
    private final Outlet<ByteString> toUs = Outlet.create("SocketStage.toUs");
    private final BidiShape<ByteString, ByteString, ByteString, ByteString> shape =
            BidiShape.of(fromUs, toSocket, fromSocket, toUs);
    private final Duration writeTimeout;
    private final Backlog backlog;
    private final ActorRef<ConnectionProtocol.Command> connection;

    /**
     * The stage of one socket.
     *
     * @param writeTimeout how long a peer may take nothing of what waits for it, before it is reset
     * @param backlog told whenever it changes
     * @param connection told what happens to the socket
     */
    SocketStage(Duration writeTimeout, Backlog backlog, ActorRef<ConnectionProtocol.Command> connection) {
        this.writeTimeout = writeTimeout;
        this.backlog = backlog;
        this.connection = connection;
    }

    @Override
    public BidiShape<ByteString, ByteString, ByteString, ByteString> shape() {
        return shape;
    }

    @Override
    public Pair<GraphStageLogic, Control> createLogicAndMaterializedValuePair(Attributes attributes) {
        Logic logic = new Logic();
        return Pair.create(logic, new Control(logic));
    }

    private final class Logic extends TimerGraphStageLogic {
        private static final String STALL = "stall";
        private static final String CUT = "cut";

        private ByteString ahead = ByteString.emptyByteString();
        /** Bytes with the system that it has not taken; 0: none. */
        private int beingWritten;

        private boolean written;
        /** Since when the piece that is being written has been with the system, {@link System#nanoTime}. */
        private long writingSince;

        /** Whether the stall timer runs: one for as long as there is something to write, not one for each piece. */
        private boolean watched;
        /** The time of the piece is over; it is looked at once more. */
        private boolean suspected;

        Logic() {
            super(shape);
            setHandler(fromUs, new AbstractInHandler() {
                @Override
                public void onPush() {
                    ahead = ahead.concat(grab(fromUs));
                    backlog.is((long) ahead.size() + beingWritten, false);
                    write();
                }

                @Override
                public void onUpstreamFinish() {
                    write();
                }

                @Override
                public void onUpstreamFailure(Throwable failure) {
                    failStage(failure);
                }
            });
            setHandler(toSocket, new AbstractOutHandler() {
                @Override
                public void onPull() {
                    if (beingWritten > 0) {
                        beingWritten = 0;
                        backlog.is(ahead.size(), true);
                    }
                    write();
                }

                @Override
                public void onDownstreamFinish(Throwable cause) {
                    ahead = ByteString.emptyByteString();
                    backlog.is(0, false);
                    if (!isClosed(fromUs)) {
                        cancel(fromUs);
                    }
                    ended();
                }
            });
            setHandler(fromSocket, new AbstractInHandler() {
                @Override
                public void onPush() {
                    ByteString bytes = grab(fromSocket);
                    if (isClosed(toUs)) {
                        pull(fromSocket);
                    } else {
                        push(toUs, bytes);
                    }
                }

                @Override
                public void onUpstreamFinish() {
                    complete(toUs);
                }

                @Override
                public void onUpstreamFailure(Throwable failure) {
                    fail(toUs, failure);
                }
            });
            setHandler(toUs, new AbstractOutHandler() {
                @Override
                public void onPull() {
                    if (!hasBeenPulled(fromSocket)) {
                        pull(fromSocket);
                    }
                }

                @Override
                public void onDownstreamFinish(Throwable cause) {
                    giveUpReading();
                }
            });
        }

        AsyncCallback<Runnable> callback() {
            return createAsyncCallback(Runnable::run);
        }

        @Override
        public void preStart() {
            pull(fromUs);
        }

        private void write() {
            if (!ahead.isEmpty() && isAvailable(toSocket)) {
                ByteString piece = ahead.size() <= PIECE ? ahead : ahead.take(PIECE);
                ahead = ahead.drop(piece.size());
                beingWritten = piece.size();
                writingSince = System.nanoTime();
                suspected = false;
                watch(writeTimeout);
                push(toSocket, piece);
            }
            if (isClosed(fromUs)) {
                if (ahead.isEmpty() && beingWritten == 0 && !isClosed(toSocket)) {
                    complete(toSocket);
                    ended();
                }
            } else if (ahead.size() < AHEAD && !hasBeenPulled(fromUs)) {
                pull(fromUs);
            }
        }

        /** Our side is over. */
        private void ended() {
            if (!written) {
                written = true;
                connection.tell(new WritingEnded());
            }
            if (isClosed(toUs)) {
                giveUpReading();
            }
        }

        /** While there is something to write the socket is needed, so what comes is thrown away. */
        private void giveUpReading() {
            if (isClosed(fromSocket)) {
                return;
            }
            if (isClosed(toSocket)) {
                cancel(fromSocket);
            } else if (!hasBeenPulled(fromSocket)) {
                pull(fromSocket);
            }
        }

        private void watch(Duration delay) {
            if (!watched) {
                watched = true;
                scheduleOnce(STALL, delay);
            }
        }

        /** The next piece is watched from its beginning if there is none now. */
        private void lookForStall() {
            watched = false;
            if (beingWritten > 0 && !isClosed(toSocket)) {
                Duration left = writeTimeout.minusNanos(System.nanoTime() - writingSince);
                if (!left.isNegative() && !left.isZero()) {
                    watch(left);
                } else if (!suspected) {
                    suspected = true;
                    watch(SecondLook.after(writeTimeout));
                } else {
                    connection.tell(new WritingStalled());
                    reset();
                }
            }
        }

        private void close() {
            if (!isClosed(toUs)) {
                complete(toUs);
            }
            giveUpReading();
        }

        private void cut() {
            close();
            scheduleOnce(CUT, LAST_WORD);
        }

        private void reset() {
            failStage(new ResetException());
        }

        @Override
        public void onTimer(Object key) {
            if (key.equals(CUT)) {
                reset();
            } else {
                lookForStall();
            }
        }

        @Override
        public void postStop() {
            if (!written) {
                connection.tell(new WritingEnded());
            }
            connection.tell(new Released());
        }
    }
}

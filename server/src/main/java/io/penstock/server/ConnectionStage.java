package io.penstock.server;

import io.penstock.protocol.BadFrame;
import io.penstock.protocol.BadFrameAction;
import io.penstock.protocol.ConnectionProtocol;
import io.penstock.protocol.FrameDecoder;
import io.penstock.protocol.FrameDecoder.Decoded;
import io.penstock.protocol.Frames;
import io.penstock.protocol.FramingSettings;
import io.penstock.protocol.Receipt;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.japi.Pair;
import org.apache.pekko.stream.Attributes;
import org.apache.pekko.stream.FlowShape;
import org.apache.pekko.stream.Inlet;
import org.apache.pekko.stream.Outlet;
import org.apache.pekko.stream.stage.AbstractGraphStageWithMaterializedValue;
import org.apache.pekko.stream.stage.AbstractInHandler;
import org.apache.pekko.stream.stage.AbstractOutHandler;
import org.apache.pekko.stream.stage.AsyncCallback;
import org.apache.pekko.stream.stage.GraphStageLogic;
import org.apache.pekko.stream.stage.TimerGraphStageLogic;
import org.apache.pekko.util.ByteString;
import org.jspecify.annotations.Nullable;

/**
 * The plain end of a connection's stream: cuts what comes into frames and hands each read to the ConnectionActor as
 * one message, writes what the actor wants written, and holds the connection's window.
 *
 * <p>Back-pressure is by credit. Frames handed on and not yet answered count; while they fill the window, or replies
 * wait to be written, nothing is pulled: TLS is not pulled, the socket is not read, TCP's window closes. So memory is
 * bounded by one window, one partial frame and one read, whatever the peer or the processor does.
 */
final class ConnectionStage
        extends AbstractGraphStageWithMaterializedValue<FlowShape<ByteString, ByteString>, ConnectionStage.Control> {

    /**
     * What one read completed.
     *
     * @param farewell null; or the peer has ended the conversation, and is told this once everything is answered
     * @param bytes received since the message before, also partial frames
     */
    record FramesRead(
            Frames frames,
            List<BadFrame> bad,
            Receipt receipt,
            boolean fatal,
            @Nullable ByteString farewell,
            long bytes)
            implements ConnectionProtocol.Signal {}

    /**
     * No more frames follow.
     *
     * @param cause the stream's failure; null: it ended in order, or reading was stopped
     * @param bytes received since the message before
     * @param partial bytes at the end that are not a whole frame
     */
    record ReadingEnded(@Nullable Throwable cause, long bytes, int partial) implements ConnectionProtocol.Signal {}

    /** Nothing moved in either direction for the idle timeout. */
    record IdleTimedOut() implements ConnectionProtocol.Signal {}

    /**
     * The stream is gone; nothing follows.
     *
     * @param discarded bytes that came after reading had been stopped
     * @param unsent bytes that were never written
     */
    record StreamStopped(long bytesOut, long discarded, long unsent) implements ConnectionProtocol.Signal {}

    /** The actor's hold on its stream. Thread-safe; without effect when the stream is gone. */
    static final class Control {
        private record Answered(int frames, int pinned, ByteString replies) {}

        private final AsyncCallback<Answered> answered;
        private final AsyncCallback<Boolean> stop;

        private Control(Logic logic) {
            answered = logic.callback(a -> logic.answered(a.frames, a.pinned, a.replies));
            stop = logic.callback(logic::stop);
        }

        /** Returns credit and writes replies. */
        void answered(int frames, int pinned, ByteString replies) {
            answered.invoke(new Answered(frames, pinned, replies));
        }

        /** Writes outside of answers. */
        void write(ByteString bytes) {
            if (!bytes.isEmpty()) {
                answered(0, 0, bytes);
            }
        }

        /** Frames nothing more; {@link ReadingEnded} follows. What still comes is discarded and counted. */
        void stopReading() {
            stop.invoke(false);
        }

        /** Like {@link #stopReading}, and closes our side once everything has been written. */
        void finish() {
            stop.invoke(true);
        }
    }

    private final Inlet<ByteString> in = Inlet.create("ConnectionStage.in");
    private final Outlet<ByteString> out = Outlet.create("ConnectionStage.out");
    private final FlowShape<ByteString, ByteString> shape = FlowShape.of(in, out);
    private final FramingSettings framing;
    private final Optional<Duration> idleTimeout;
    private final ActorRef<ConnectionProtocol.Command> connection;

    /** When something moved last, {@link System#nanoTime}. One stage is one connection, and one stream one thread. */
    private long activeAt = System.nanoTime();

    ConnectionStage(
            FramingSettings framing, Optional<Duration> idleTimeout, ActorRef<ConnectionProtocol.Command> connection) {
        this.framing = framing;
        this.idleTimeout = idleTimeout;
        this.connection = connection;
    }

    /** Something has moved below, where this stage does not see it. On the stream's thread. */
    void active() {
        activeAt = System.nanoTime();
    }

    @Override
    public FlowShape<ByteString, ByteString> shape() {
        return shape;
    }

    @Override
    public Pair<GraphStageLogic, Control> createLogicAndMaterializedValuePair(Attributes attributes) {
        Logic logic = new Logic();
        return Pair.create(logic, new Control(logic));
    }

    private final class Logic extends TimerGraphStageLogic {
        private static final String IDLE = "idle";

        private final FrameDecoder decoder = framing.protocol().newDecoder(framing.limits());
        private ByteString queued = ByteString.emptyByteString();
        /** Handed on and not answered. */
        private int openFrames;

        private long openBytes;
        private long unreported;
        private boolean reading = true;
        private boolean finishing;
        private long bytesOut;
        private long discarded;
        private long unsent;

        Logic() {
            super(shape);
            setHandler(in, new AbstractInHandler() {
                @Override
                public void onPush() {
                    receive(grab(in));
                }

                @Override
                public void onUpstreamFinish() {
                    if (reading) {
                        report(decoder.end());
                    }
                    endReading(null);
                    completeIfDone();
                }

                @Override
                public void onUpstreamFailure(Throwable failure) {
                    // Replies may still be wanted: FIN without close_notify ends one direction only.
                    endReading(failure);
                    completeIfDone();
                }
            });
            setHandler(out, new AbstractOutHandler() {
                @Override
                public void onPull() {
                    write();
                }

                @Override
                public void onDownstreamFinish(Throwable cause) {
                    // The peer may have closed both ways at once; what it sent before still has to be read.
                    completeIfDone();
                }
            });
        }

        <T> AsyncCallback<T> callback(org.apache.pekko.japi.function.Procedure<T> procedure) {
            return createAsyncCallback(procedure);
        }

        @Override
        public void preStart() {
            pull(in);
            idleTimeout.ifPresent(timeout -> scheduleOnce(IDLE, timeout));
        }

        @Override
        public void onTimer(Object key) {
            Duration timeout = idleTimeout.orElseThrow();
            Duration left = timeout.minusNanos(System.nanoTime() - activeAt);
            boolean idle = left.isNegative() || left.isZero();
            // While the processor is at work the peer has nothing to say.
            if (idle && openFrames == 0) {
                connection.tell(new IdleTimedOut());
            }
            scheduleOnce(IDLE, idle ? timeout : left);
        }

        private void receive(ByteString chunk) {
            active();
            if (reading) {
                unreported += chunk.size();
                report(decoder.decode(chunk));
            } else {
                discarded += chunk.size();
            }
            pullIfAllowed();
        }

        private void report(Decoded decoded) {
            Frames frames = decoded.frames();
            boolean last = decoded.fatal() || decoded.farewell() != null;
            if (frames.isEmpty() && decoded.bad().isEmpty() && !last) {
                enqueue(decoded.reply());
                return;
            }
            openFrames += frames.size();
            openBytes += frames.pinnedBytes();
            decoded.bad().forEach(this::count);
            enqueue(decoded.reply());
            connection.tell(new FramesRead(
                    frames, decoded.bad(), decoded.receipt(), decoded.fatal(), decoded.farewell(), unreported));
            unreported = 0;
            if (last) {
                endReading(null);
            }
        }

        /** A bad frame that is not delivered counts until its sender has been told, or need not be. */
        private void count(BadFrame bad) {
            if (bad.action() != BadFrameAction.TRUNCATE) {
                openFrames++;
            }
            if (bad.action() == BadFrameAction.QUARANTINE) {
                openBytes += bad.payload().size();
            }
        }

        private void endReading(@Nullable Throwable cause) {
            if (reading) {
                reading = false;
                connection.tell(new ReadingEnded(cause, unreported, decoder.pendingBytes()));
            }
        }

        private void pullIfAllowed() {
            boolean room = openFrames < framing.windowFrames()
                    && openBytes < framing.windowBytes()
                    && queued.size() < framing.windowBytes();
            if ((room || !reading) && !isClosed(in) && !hasBeenPulled(in)) {
                pull(in);
            }
        }

        private void answered(int frames, int pinned, ByteString replies) {
            openFrames -= frames;
            openBytes -= pinned;
            enqueue(replies);
            pullIfAllowed();
        }

        private void enqueue(ByteString bytes) {
            if (isClosed(out)) {
                unsent += bytes.size();
            } else if (!bytes.isEmpty()) {
                queued = queued.concat(bytes);
                write();
            }
        }

        private void write() {
            if (!queued.isEmpty() && isAvailable(out)) {
                active();
                bytesOut += queued.size();
                push(out, queued);
                queued = ByteString.emptyByteString();
            }
            if (finishing && queued.isEmpty() && !isClosed(out)) {
                complete(out);
            }
            pullIfAllowed();
        }

        private void stop(boolean finish) {
            endReading(null);
            finishing = finishing || finish;
            write();
            completeIfDone();
        }

        private void completeIfDone() {
            if (isClosed(in) && isClosed(out)) {
                completeStage();
            }
        }

        @Override
        public void postStop() {
            endReading(null);
            connection.tell(new StreamStopped(bytesOut, discarded, unsent + queued.size()));
        }
    }
}

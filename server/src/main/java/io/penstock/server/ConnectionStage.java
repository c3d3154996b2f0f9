package io.penstock.server;

import io.penstock.protocol.BadFrame;
import io.penstock.protocol.ConnectionEnd;
import io.penstock.protocol.ConnectionEvent.Waits;
import io.penstock.protocol.ConnectionProtocol;
import io.penstock.protocol.FrameDecoder;
import io.penstock.protocol.FrameDecoder.Decoded;
import io.penstock.protocol.Frames;
import io.penstock.protocol.FramingSettings;
import io.penstock.protocol.Receipt;
import io.penstock.server.Credit.Hold;
import io.penstock.server.WaitClock.On;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.apache.pekko.Done;
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
 * <p>Back-pressure is by credit. While {@link Credit} gives none, nothing is pulled: TLS is not pulled, the socket is not
 * read, TCP's window closes. So memory is bounded by one window, one partial frame and one read, whatever the peer or the
 * processor does.
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

    /**
     * Nothing has moved for too long.
     *
     * @param end names the time that has run out
     */
    record TimedOut(ConnectionEnd end) implements ConnectionProtocol.Signal {}

    /**
     * The stream is gone; nothing follows.
     *
     * @param discarded bytes that came after reading had been stopped
     * @param unsent bytes that were never written
     * @param waits what its time was spent on
     */
    record StreamStopped(long bytesOut, long discarded, long unsent, Waits waits)
            implements ConnectionProtocol.Signal {}

    /** The actor's hold on its stream. Thread-safe; without effect when the stream is gone. */
    static final class Control {
        private record Answered(int frames, int pinned, ByteString replies) {}

        private final AsyncCallback<Answered> answered;
        private final AsyncCallback<Boolean> stop;
        private final AsyncCallback<List<RateLimit>> open;

        private Control(Logic logic) {
            answered = logic.callback(a -> logic.answered(a.frames, a.pinned, a.replies));
            stop = logic.callback(logic::stop);
            open = logic.callback(logic::open);
        }

        /** Begins to read, at these rates: the connection is open. */
        void open(List<RateLimit> rates) {
            open.invoke(rates);
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
    /** One stage is one connection, and one stream one thread. */
    private final Idleness idleness;

    private final Credit credit;
    private final MemoryBudget.Share memory;
    private final LongSupplier clock;
    private final ActorRef<ConnectionProtocol.Command> connection;

    /**
     * The stage of one connection.
     *
     * @param memory its part of what all may hold; given back by the actor, which may hold frames for longer
     */
    ConnectionStage(
            FramingSettings framing,
            ConnectionTimes times,
            MemoryBudget.Share memory,
            ActorRef<ConnectionProtocol.Command> connection) {
        this(framing, times, memory, connection, System::nanoTime);
    }

    /** @param clock in nanoseconds, monotonic */
    ConnectionStage(
            FramingSettings framing,
            ConnectionTimes times,
            MemoryBudget.Share memory,
            ActorRef<ConnectionProtocol.Command> connection,
            LongSupplier clock) {
        this.clock = clock;
        this.framing = framing;
        this.idleness = new Idleness(times);
        this.memory = memory;
        this.credit = new Credit(framing, memory, clock);
        this.connection = connection;
    }

    /**
     * What happens to what this stage has written, which it does not see. On the stream's thread.
     *
     * @param bytes how many wait at the socket
     * @param taken whether the system has just taken some
     */
    void backlog(long bytes, boolean taken) {
        credit.below(bytes);
        if (taken && !idleness.isOff()) {
            idleness.written(clock.getAsLong());
        }
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
        private static final String RATE = "rate";

        private final FrameDecoder decoder = framing.protocol().newDecoder(framing.limits());
        private ByteString queued = ByteString.emptyByteString();
        /** Handed down last, and not known to have been passed on. */
        private int pushed;

        private long unreported;
        private boolean opened;
        private Hold hold = Hold.NONE;
        private final WaitClock waits = new WaitClock(clock);
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
                        report(decoder.end(), 0);
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
                    pushed = 0;
                    write();
                }

                @Override
                public void onDownstreamFinish(Throwable cause) {
                    // The peer may have closed both ways at once; what it sent before still has to be read, and what
                    // waits for it must not keep us from that.
                    unsent += queued.size();
                    queued = ByteString.emptyByteString();
                    pushed = 0;
                    write();
                    completeIfDone();
                }
            });
        }

        <T> AsyncCallback<T> callback(org.apache.pekko.japi.function.Procedure<T> procedure) {
            return createAsyncCallback(procedure);
        }

        @Override
        public void preStart() {
            AsyncCallback<Done> room = createAsyncCallback(done -> credit.onRoom(this::pullIfAllowed));
            memory.whenRoom(() -> room.invoke(Done.getInstance()));
        }

        /** Nothing is read before there is somebody to hand it to. */
        private void open(List<RateLimit> rates) {
            opened = true;
            credit.limit(rates);
            idleness.opened(clock.getAsLong());
            watchIdleness();
            pullIfAllowed();
        }

        private void watchIdleness() {
            if (reading) {
                idleness.left(clock.getAsLong()).ifPresent(left -> scheduleOnce(IDLE, left));
            }
        }

        @Override
        public void onTimer(Object key) {
            if (key.equals(RATE)) {
                pullIfAllowed();
            } else {
                onIdle(clock.getAsLong());
            }
        }

        private void onIdle(long now) {
            // While the processor is at work the peer has nothing to say, and while we do not read it cannot.
            if (hold == Hold.RATE || hold == Hold.MEMORY) {
                idleness.unread(now);
            } else if (credit.isOpen()) {
                idleness.excuse(now);
            }
            Optional<ConnectionEnd> end = idleness.end(now);
            end.ifPresentOrElse(why -> connection.tell(new TimedOut(why)), this::watchIdleness);
        }

        private void receive(ByteString chunk) {
            if (reading) {
                idleness.read(waits.turn(On.FRAMING));
                unreported += chunk.size();
                report(decoder.decode(chunk), chunk.size());
            } else {
                discarded += chunk.size();
            }
            pullIfAllowed();
        }

        private void report(Decoded decoded, int bytes) {
            credit.handedOn(decoded);
            credit.decoded(bytes, decoder.pendingBytes());
            Frames frames = decoded.frames();
            boolean last = decoded.fatal() || decoded.farewell() != null;
            if (frames.isEmpty() && decoded.bad().isEmpty() && !last) {
                enqueue(decoded.reply());
                return;
            }
            enqueue(decoded.reply());
            connection.tell(new FramesRead(
                    frames, decoded.bad(), decoded.receipt(), decoded.fatal(), decoded.farewell(), unreported));
            unreported = 0;
            if (last) {
                endReading(null);
            }
        }

        private void endReading(@Nullable Throwable cause) {
            if (reading) {
                reading = false;
                credit.readingEnded();
                connection.tell(new ReadingEnded(cause, unreported, decoder.pendingBytes()));
            }
        }

        private void pullIfAllowed() {
            if (reading && !opened) {
                return;
            }
            if (!isClosed(in) && !hasBeenPulled(in)) {
                pullUnlessHeld();
            }
            waits.turn(waitingOn());
        }

        private void pullUnlessHeld() {
            Hold before = hold;
            hold = reading ? credit.hold() : Hold.NONE;
            if (hold == Hold.NONE) {
                pull(in);
                if (before != Hold.NONE && !idleness.isOff()) {
                    idleness.unread(clock.getAsLong());
                }
            } else if (hold == Hold.RATE && !isTimerActive(RATE)) {
                scheduleOnce(RATE, Duration.ofNanos(Math.max(1, credit.nanosToWait())));
            }
        }

        private On waitingOn() {
            if (!reading) {
                return credit.isOpen() ? On.PROCESSOR : On.CLIENT;
            }
            return switch (hold) {
                case NONE, CLIENT -> On.CLIENT;
                case PROCESSOR -> On.PROCESSOR;
                case RATE, MEMORY -> On.LIMITS;
            };
        }

        private void answered(int frames, int pinned, ByteString replies) {
            if (credit.answered(frames, pinned) && !idleness.isOff()) {
                idleness.excuse(clock.getAsLong());
            }
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
                bytesOut += queued.size();
                push(out, queued);
                pushed = queued.size();
                queued = ByteString.emptyByteString();
            }
            credit.writing(queued.size(), pushed);
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
            credit.streamGone();
            connection.tell(new StreamStopped(bytesOut, discarded, unsent + queued.size(), waits.stop()));
        }
    }
}

package io.penstock.server;

import io.penstock.protocol.ConnectionEnd;
import io.penstock.protocol.ConnectionEnd.Kind;
import io.penstock.protocol.ConnectionEvent;
import io.penstock.protocol.ConnectionEvent.Subscriber;
import io.penstock.protocol.ConnectionEvent.Summary;
import io.penstock.protocol.ConnectionInfo;
import io.penstock.protocol.ConnectionProtocol.Command;
import io.penstock.protocol.ConnectionProtocol.Cut;
import io.penstock.protocol.ConnectionProtocol.Drain;
import io.penstock.protocol.ConnectionProtocol.End;
import io.penstock.protocol.ConnectionProtocol.Signal;
import io.penstock.protocol.ProcessorProtocol;
import io.penstock.protocol.ProcessorProtocol.Close;
import io.penstock.protocol.ProcessorProtocol.Disconnect;
import io.penstock.protocol.ProcessorProtocol.Done;
import io.penstock.protocol.ProcessorProtocol.Failed;
import io.penstock.protocol.ProcessorProtocol.Open;
import io.penstock.protocol.ProcessorProtocol.Send;
import io.penstock.protocol.ProcessorProtocol.Unserved;
import io.penstock.protocol.QuarantineProtocol;
import io.penstock.protocol.SupervisorProtocol;
import io.penstock.protocol.TlsSession;
import io.penstock.server.ConnectionStage.Control;
import io.penstock.server.ConnectionStage.FramesRead;
import io.penstock.server.ConnectionStage.ReadingEnded;
import io.penstock.server.ConnectionStage.StreamStopped;
import io.penstock.server.ConnectionStage.TimedOut;
import io.penstock.server.ProxyGate.Announced;
import io.penstock.server.SocketStage.Released;
import io.penstock.server.SocketStage.WritingEnded;
import io.penstock.server.SocketStage.WritingStalled;
import io.penstock.server.tls.HandshakeProgress;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.BehaviorBuilder;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.apache.pekko.util.ByteString;
import org.jspecify.annotations.Nullable;

/**
 * One connection: owns its stream, its window and its account, and speaks for it to the processor. Stops with its
 * socket, is never restarted.
 *
 * <pre>
 *   attaching ──Attached──▶ handshaking ──Handshaken──▶ open ──ReadingEnded, Drain, a failure──▶ closing ──▶ stopped
 * </pre>
 *
 * In closing, what was received is still processed and what is owed is still sent; then our side is closed, and the
 * socket is kept for the peer's FIN or {@code close-linger}, because closing with unread input makes a reset of it.
 */
final class ConnectionActor {
    private record Attached(ActorRef<ProcessorProtocol.Command> processor) implements Signal {}

    private record Handshaken(@Nullable TlsSession session) implements Signal {}

    private record HandshakeTimedOut() implements Signal {}

    private record LifetimeEnded(Duration lifetime) implements Signal {}

    private record LingerTimedOut() implements Signal {}

    private record ProcessorStopped() implements Signal {}

    private record Settled(QuarantineProtocol.Result result) implements Signal {}

    private final ActorContext<Command> context;
    private final TimerScheduler<Command> timers;
    private final ServerSettings settings;
    private final Subscriber events;
    private final ConnectionContext shared;
    private final ConnectionWiring wiring;
    private final MemoryBudget.Share memory;
    private final Account book = new Account();
    private final HandshakeProgress progress = new HandshakeProgress();
    private final Ending ending = new Ending();

    private ConnectionInfo info;
    /** Set on leaving attaching. */
    private ConnectionWiring.@Nullable Stream stream;

    private @Nullable ActorRef<ProcessorProtocol.Command> processor;
    /** Set on opening. */
    private @Nullable Deliveries deliveries;
    /** What the peer is told at the end that it has asked for. */
    private @Nullable ByteString farewell;

    private boolean opened;
    private boolean readingEnded;
    /** No answers are waited for any more. */
    private boolean abandoned;

    private boolean finished;
    /** The transport takes, or needs, nothing more of us. */
    private boolean written;
    /** There is no socket, or none any more. */
    private boolean released;
    /** How it ended has been told. */
    private boolean told;

    private ConnectionActor(
            ActorContext<Command> context,
            TimerScheduler<Command> timers,
            ConnectionInfo info,
            ConnectionWiring wiring,
            ConnectionContext shared) {
        this.context = context;
        this.timers = timers;
        this.info = info;
        this.wiring = wiring;
        this.shared = shared;
        settings = shared.settings();
        events = shared.events();
        memory = shared.memory().share();
    }

    /** An accepted connection. */
    static Behavior<Command> create(ConnectionInfo info, ConnectionWiring wiring, ConnectionContext shared) {
        return Behaviors.setup(context -> Behaviors.withTimers(timers -> {
            shared.supervisor()
                    .tell(new SupervisorProtocol.Attach(
                            info.id(),
                            context.messageAdapter(
                                    SupervisorProtocol.Attached.class, a -> new Attached(a.processor()))));
            shared.events().on(new ConnectionEvent.Accepted(info));
            return new ConnectionActor(context, timers, info, wiring, shared).attaching();
        }));
    }

    private Behavior<Command> attaching() {
        return Behaviors.receive(Command.class)
                .onMessage(Attached.class, this::onAttached)
                .onMessage(Drain.class, drain -> reject(ConnectionEnd.of(Kind.DRAINED)))
                .onMessage(End.class, order -> reject(order.end()))
                .onMessage(Cut.class, cut -> reject(cut.end()))
                .onSignal(PostStop.class, signal -> onPostStop())
                .build();
    }

    private Behavior<Command> reject(ConnectionEnd why) {
        ending.because(why);
        wiring.reject();
        return stopped();
    }

    private Behavior<Command> onAttached(Attached attached) {
        ActorRef<Command> self = context.getSelf();
        processor = attached.processor();
        stream = wiring.open(
                new ConnectionStage(settings.framing(), settings.times(), memory, self),
                progress,
                session -> self.tell(new Handshaken(session)),
                self);
        if (!wiring.secure() && !settings.proxy().isOn()) {
            return onHandshaken(new Handshaken(null));
        }
        timers.startSingleTimer(new HandshakeTimedOut(), book.left(settings.handshakeTimeout()));
        return handshaking();
    }

    private Behavior<Command> handshaking() {
        return ending(Behaviors.receive(Command.class))
                .onMessage(Announced.class, announced -> {
                    info = announced.of(info);
                    return wiring.secure() ? Behaviors.same() : onHandshaken(new Handshaken(null));
                })
                .onMessage(Handshaken.class, this::onHandshaken)
                .onMessage(
                        HandshakeTimedOut.class,
                        timedOut -> giveUp(
                                progress.timedOut(settings.handshakeTimeout()).end()))
                .onMessage(End.class, order -> giveUp(order.end()))
                .onMessage(Drain.class, drain -> drainAfterHandshake())
                .build();
    }

    /** Who has begun a handshake gets a close_notify at its end, and not a cut that looks like an attack. */
    private Behavior<Command> drainAfterHandshake() {
        ConnectionEnd drained = ConnectionEnd.of(Kind.DRAINED);
        if (progress.isSilent()) {
            return onCut(drained);
        }
        ending.because(drained);
        timers.startSingleTimer(new Cut(drained), settings.closeLinger());
        return Behaviors.same();
    }

    private Behavior<Command> giveUp(ConnectionEnd why) {
        ending.because(why);
        // No cut: a client that has sent something would get a reset, and never see our last word.
        abandoned = true;
        finishIfDone();
        return Behaviors.same();
    }

    private Behavior<Command> onHandshaken(Handshaken handshaken) {
        if (finished) {
            // Given up meanwhile, and lingering.
            return Behaviors.same();
        }
        timers.cancelAll();
        if (ending.begun()) {
            // Drained meanwhile: the processor need not hear of it.
            return giveUp(ending.why());
        }
        info = handshaken.session() == null ? info : info.withTls(handshaken.session());
        events.on(new ConnectionEvent.Handshaken(info, book.age()));
        List<RateLimit> rates = rates();
        opened = true;
        deliveries = new Deliveries(
                info,
                settings.ack(),
                processor(),
                context.getSelf().narrow(),
                control(),
                book,
                events,
                new SettingAside(
                        info,
                        shared.quarantine(),
                        context.messageAdapter(QuarantineProtocol.Result.class, Settled::new),
                        Clock.systemUTC()));
        context.watchWith(processor(), new ProcessorStopped());
        processor().tell(new Open(info, context.getSelf().narrow()));
        control().open(rates);
        settings.times()
                .lifetime(ThreadLocalRandom.current().nextDouble())
                .ifPresent(lifetime -> timers.startSingleTimer(new LifetimeEnded(lifetime), lifetime));
        return open();
    }

    private List<RateLimit> rates() {
        List<RateLimit> rates = new ArrayList<>(2);
        if (!settings.rate().isOff()) {
            rates.add(new RateLimit(settings.rate(), System.nanoTime()));
        }
        shared.identities().join(info).ifPresent(rates::add);
        return rates;
    }

    private Behavior<Command> open() {
        return ending(Behaviors.receive(Command.class))
                .onMessage(FramesRead.class, this::onFramesRead)
                .onMessage(Done.class, done -> onAnswer(deliveries().answered(done)))
                .onMessage(Failed.class, failed -> onAnswer(deliveries().answered(failed)))
                .onMessage(Settled.class, settled -> onAnswer(deliveries().settle(settled.result())))
                .onMessage(Send.class, send -> onAnswer(deliveries().send(send.payloads())))
                .onMessage(Drain.class, drain -> stopReading(ConnectionEnd.of(Kind.DRAINED)))
                .onMessage(End.class, order -> stopReading(order.end()))
                .onMessage(
                        Disconnect.class,
                        disconnect -> stopReading(new ConnectionEnd(Kind.CLOSED_BY_PROCESSOR, disconnect.reason())))
                .onMessage(
                        Unserved.class,
                        unserved -> stopReading(new ConnectionEnd(Kind.PROCESSOR_FAILED, unserved.reason())))
                .onMessage(TimedOut.class, timedOut -> stopReading(timedOut.end()))
                .onMessage(LifetimeEnded.class, ended -> stopReading(lifetimeEnd(ended.lifetime())))
                .onMessage(ProcessorStopped.class, stopped -> abandon("the processor has stopped"))
                .build();
    }

    private static ConnectionEnd lifetimeEnd(Duration lifetime) {
        return new ConnectionEnd(
                Kind.TIMED_OUT, ConnectionTimes.MAX_LIFETIME, "open for " + lifetime.toMillis() + " ms");
    }

    /** What may end a connection in any phase that has a stream. */
    private BehaviorBuilder<Command> ending(BehaviorBuilder<Command> builder) {
        return builder.onMessage(ReadingEnded.class, this::onReadingEnded)
                .onMessage(WritingEnded.class, ended -> onWritingEnded())
                .onMessage(WritingStalled.class, stalled -> onWritingStalled())
                .onMessage(LingerTimedOut.class, timedOut -> onLingerTimedOut())
                .onMessage(Released.class, gone -> onReleased())
                .onMessage(StreamStopped.class, this::onStreamStopped)
                .onMessage(Cut.class, cut -> onCut(cut.end()))
                .onSignal(PostStop.class, signal -> onPostStop());
    }

    private Behavior<Command> onFramesRead(FramesRead read) {
        book.received(read.bytes());
        if (abandoned) {
            deliveries().abandon(read);
            return Behaviors.same();
        }
        farewell = read.farewell();
        deliveries().deliver(read).ifPresent(this::abandon);
        if (read.fatal()) {
            ending.because(new ConnectionEnd(
                    Kind.BAD_FRAME, read.bad().get(read.bad().size() - 1).detail()));
        }
        return Behaviors.same();
    }

    /** Of the processor or of the quarantine; empty: nothing is wrong with it. */
    private Behavior<Command> onAnswer(Optional<String> wrong) {
        wrong.ifPresentOrElse(this::abandon, this::finishIfDone);
        return Behaviors.same();
    }

    private Behavior<Command> onReadingEnded(ReadingEnded ended) {
        book.received(ended.bytes());
        book.lost(ended.partial());
        readingEnded = true;
        ending.because(() -> ReadingEnds.of(ended.cause(), info, events));
        finishIfDone();
        return Behaviors.same();
    }

    /** Ends after what has been received is processed and answered. */
    private Behavior<Command> stopReading(ConnectionEnd why) {
        ending.because(why);
        control().stopReading();
        return Behaviors.same();
    }

    /** Ends without waiting for answers: there will be none, or none that can be trusted. */
    private Behavior<Command> abandon(String reason) {
        ending.failed(new ConnectionEnd(Kind.PROCESSOR_FAILED, reason), finished);
        abandoned = true;
        finishIfDone();
        return Behaviors.same();
    }

    private void finishIfDone() {
        boolean done = abandoned || (readingEnded && isSettled());
        if (ending.begun() && done && !finished) {
            finished = true;
            control().write(lastWords());
            control().finish();
            if (opened) {
                processor().tell(new Close(info.id(), ending.why()));
            }
            lingerIfDone();
        }
    }

    private boolean isSettled() {
        return deliveries == null || deliveries.settled();
    }

    private ByteString lastWords() {
        if (!opened || ending.isPeers()) {
            return farewell == null || abandoned ? ByteString.emptyByteString() : farewell;
        }
        return info.protocol().goodbye();
    }

    private void lingerIfDone() {
        if (finished && written) {
            timers.startSingleTimer(new LingerTimedOut(), settings.closeLinger());
        }
    }

    private Behavior<Command> onWritingEnded() {
        written = true;
        lingerIfDone();
        return Behaviors.same();
    }

    private Behavior<Command> onLingerTimedOut() {
        transport().close();
        return Behaviors.same();
    }

    private Behavior<Command> onWritingStalled() {
        ending.stalled(settings.times().write());
        return Behaviors.same();
    }

    private Behavior<Command> onCut(ConnectionEnd why) {
        ending.cut(why, finished);
        abandoned = true;
        finishIfDone();
        transport().cut();
        return Behaviors.same();
    }

    private Behavior<Command> onReleased() {
        released = true;
        return Behaviors.same();
    }

    private Behavior<Command> onStreamStopped(StreamStopped stopped) {
        book.stopped(stopped.bytesOut(), stopped.discarded(), stopped.waits());
        // When the peer is gone, what it sent may still be with the processor.
        return opened && !finished ? orphaned() : stoppedIfReleased();
    }

    /** No stream any more; waits for the answers. */
    private Behavior<Command> orphaned() {
        return Behaviors.receive(Command.class)
                .onMessage(
                        Done.class,
                        done -> stoppedIfFinished(onAnswer(deliveries().answered(done))))
                .onMessage(
                        Failed.class,
                        failed -> stoppedIfFinished(onAnswer(deliveries().answered(failed))))
                .onMessage(
                        Settled.class,
                        settled -> stoppedIfFinished(onAnswer(deliveries().settle(settled.result()))))
                .onMessage(ProcessorStopped.class, gone -> stoppedIfFinished(abandon("the processor has stopped")))
                .onMessage(Cut.class, cut -> stoppedIfFinished(onCut(cut.end())))
                .onMessage(Released.class, gone -> onReleased())
                .onAnyMessage(other -> Behaviors.same())
                .onSignal(PostStop.class, signal -> onPostStop())
                .build();
    }

    private Behavior<Command> stoppedIfFinished(Behavior<Command> otherwise) {
        return finished ? stoppedIfReleased() : otherwise;
    }

    /** The connection counts until its socket is gone: a peer that reads slowly may still keep that. */
    private Behavior<Command> stoppedIfReleased() {
        return released ? stopped() : releasing();
    }

    private Behavior<Command> releasing() {
        return Behaviors.receive(Command.class)
                .onMessage(Released.class, gone -> stopped())
                .onMessage(WritingEnded.class, ended -> onWritingEnded())
                .onMessage(WritingStalled.class, stalled -> onWritingStalled())
                .onMessage(LingerTimedOut.class, timedOut -> onLingerTimedOut())
                .onMessage(Cut.class, cut -> onCut(cut.end()))
                .onAnyMessage(other -> Behaviors.same())
                .onSignal(PostStop.class, signal -> onPostStop())
                .build();
    }

    private Behavior<Command> stopped() {
        tell();
        return Behaviors.stopped();
    }

    private void tell() {
        told = true;
        memory.close();
        if (opened) {
            shared.identities().leave(info);
        }
        ConnectionEnd how = ending.why();
        Summary summary = book.close(progress.work());
        events.on(
                opened
                        ? new ConnectionEvent.Closed(info, how, summary)
                        : new ConnectionEvent.Failed(info, how, summary.open()));
    }

    /** Stopped from outside, or by an exception: nobody would look after the socket any more. */
    private Behavior<Command> onPostStop() {
        if (told) {
            return Behaviors.same();
        }
        ending.because(ReadingEnds.ofStop(context.getSystem()));
        if (stream == null) {
            wiring.reject();
        } else {
            transport().reset();
        }
        if (opened && !finished) {
            processor().tell(new Close(info.id(), ending.why()));
        }
        tell();
        return Behaviors.same();
    }

    private Deliveries deliveries() {
        return Objects.requireNonNull(deliveries, "open");
    }

    private ActorRef<ProcessorProtocol.Command> processor() {
        return Objects.requireNonNull(processor, "attached");
    }

    private Control control() {
        return Objects.requireNonNull(stream, "attached").control();
    }

    private SocketStage.Control transport() {
        return Objects.requireNonNull(stream, "attached").transport();
    }
}

package io.penstock.processor;

import io.penstock.processor.BatchesUnderWay.Batch;
import io.penstock.processor.Survivors.Rest;
import io.penstock.protocol.AckStep;
import io.penstock.protocol.FailureAction;
import io.penstock.protocol.Frames;
import io.penstock.protocol.ProcessorProtocol.Close;
import io.penstock.protocol.ProcessorProtocol.Command;
import io.penstock.protocol.ProcessorProtocol.Deliver;
import io.penstock.protocol.ProcessorProtocol.Done;
import io.penstock.protocol.ProcessorProtocol.Failed;
import io.penstock.protocol.ProcessorProtocol.Open;
import io.penstock.protocol.ProcessorProtocol.Signal;
import io.penstock.protocol.ProcessorProtocol.Unserved;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadLocalRandom;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.jspecify.annotations.Nullable;

/**
 * Runs an {@link AsyncProcessor}: begins batches as they come, and answers each connection in its order as they are done.
 *
 * <p>A batch that meets an outage is begun again after a back-off, the others go on. When failures have opened the
 * circuit, batches wait at the gate: after a back-off the first one is tried with a single frame. The processor stays; a
 * restart is only for one that could not be made.
 */
final class AsyncProcessorActor extends AbstractBehavior<Command> {
    /** What came of the frames of a batch that were tried; null: they are done. */
    private record Completed(Batch batch, @Nullable Throwable failure) implements Signal {}

    /** The wait after an outage is over. */
    private record TryAgain(Batch batch) implements Signal {}

    /** The wait after failures is over. */
    private record TryFirst() implements Signal {}

    private final TimerScheduler<Command> timers;
    private final SupervisionSettings settings;
    private final FailurePolicy policy;
    private final Circuit circuit;
    private final AsyncProcessor processor;
    private final AckStep reaches;
    private final Map<Long, BatchesUnderWay> connections = new HashMap<>();
    /** Those that wait for the end of an outage. */
    private final Set<Batch> held = new HashSet<>();
    /** Those that wait while the gate is shut. */
    private final Deque<Batch> gate = new ArrayDeque<>();

    private boolean gateShut;
    private int trials;

    private AsyncProcessorActor(
            ActorContext<Command> context,
            TimerScheduler<Command> timers,
            AsyncProcessor processor,
            SupervisionSettings settings,
            Circuit circuit) {
        super(context);
        this.timers = timers;
        this.settings = settings;
        this.policy = FailurePolicy.of(settings);
        this.circuit = circuit;
        this.processor = processor;
        this.reaches = Objects.requireNonNull(processor.reaches(), "the step that reaches() names");
    }

    /** The behavior; supervision restarts it until a processor can be made, and {@code created} is told then. */
    static Behavior<Command> create(
            AsyncProcessorFactory factory, SupervisionSettings settings, Circuit circuit, Runnable created) {
        return Behaviors.setup(context -> Behaviors.withTimers(timers -> {
            AsyncProcessorActor actor = make(context, timers, factory, settings, circuit);
            created.run();
            if (circuit.isOpen()) {
                circuit.settle();
            }
            return actor;
        }));
    }

    private static AsyncProcessorActor make(
            ActorContext<Command> context,
            TimerScheduler<Command> timers,
            AsyncProcessorFactory factory,
            SupervisionSettings settings,
            Circuit circuit) {
        try {
            return new AsyncProcessorActor(context, timers, factory.create(), settings, circuit);
        } catch (Exception | Error e) {
            Running.passFatal(e);
            throw circuit.notCreated(e);
        }
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(Open.class, this::onOpen)
                .onMessage(Deliver.class, this::onDeliver)
                .onMessage(Close.class, this::onClose)
                .onMessage(Completed.class, this::onCompleted)
                .onMessage(TryAgain.class, this::onTryAgain)
                .onMessage(TryFirst.class, wait -> onTryFirst())
                .onSignal(PostStop.class, signal -> onStop())
                .build();
    }

    private Behavior<Command> onOpen(Open open) {
        ProcessorSession session = new ProcessorSession(open);
        Throwable failure = Running.attempt(() -> processor.opened(session));
        String unopened = failure == null ? null : ProcessorFailedException.describe(failure);
        connections.put(open.connection().id(), new BatchesUnderWay(session, unopened));
        if (unopened != null) {
            session.answer(new Unserved(unopened));
        }
        return this;
    }

    private Behavior<Command> onDeliver(Deliver deliver) {
        BatchesUnderWay line = connections.get(deliver.connection());
        if (line == null || line.isShut()) {
            return this;
        }
        Batch batch = line.add(Rest.of(deliver));
        if (line.unopened != null) {
            int frames = deliver.frames().size();
            line.answer(
                    batch, new Failed(deliver.batch(), 0, frames, line.unopened, FailureAction.CLOSE, List.of()), true);
        } else {
            begin(batch);
        }
        return this;
    }

    private void begin(Batch batch) {
        if (gateShut) {
            gate.add(batch);
        } else {
            begin(batch, batch.rest.frames());
        }
    }

    private void begin(Batch batch, Frames frames) {
        batch.tried = frames.size();
        // Replies go by themselves: kept for the answer, they would be overtaken by those of other threads.
        pipe(stage(batch.line.session, frames), batch);
    }

    private CompletionStage<?> stage(Session session, Frames frames) {
        try {
            return Objects.requireNonNull(processor.processAll(session, frames), "the stage that processAll returns");
        } catch (Exception | Error e) {
            Running.passFatal(e);
            return CompletableFuture.failedStage(e);
        }
    }

    private <T> void pipe(CompletionStage<T> stage, Batch batch) {
        getContext().pipeToSelf(stage, (nothing, failure) -> new Completed(batch, unwrapped(failure)));
    }

    private static @Nullable Throwable unwrapped(@Nullable Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }

    private Behavior<Command> onCompleted(Completed completed) {
        Batch batch = completed.batch();
        Throwable failure = completed.failure();
        if (failure == null) {
            done(batch, batch.tried);
        } else {
            int frame = FailurePolicy.frame(failure, batch.tried);
            Throwable cause = FailurePolicy.cause(failure);
            if (cause instanceof ProcessorUnavailableException) {
                hold(batch, frame, cause);
            } else {
                fail(batch, frame, cause);
            }
        }
        return this;
    }

    private void done(Batch batch, int frames) {
        worked(batch, frames);
        if (batch.isDropped()) {
            return;
        }
        if (frames < batch.rest.frames().size()) {
            batch.rest = batch.rest.from(frames, List.of());
            begin(batch);
        } else {
            batch.line.answer(batch, new Done(batch.rest.batch(), reaches, List.of()), true);
        }
    }

    private void worked(Batch batch, int frames) {
        held.remove(batch);
        batch.outages = 0;
        circuit.worked(frames);
        if (held.isEmpty()) {
            circuit.settle();
        }
        if (gateShut) {
            openGate();
        }
    }

    private void openGate() {
        gateShut = false;
        trials = 0;
        timers.cancel(TryFirst.class);
        List<Batch> waiting = new ArrayList<>(gate);
        gate.clear();
        waiting.stream().filter(batch -> !batch.isDropped()).forEach(this::begin);
    }

    private void hold(Batch batch, int done, Throwable cause) {
        circuit.unavailable(cause, getContext().getLog());
        if (batch.isDropped()) {
            forgetDropped();
            return;
        }
        batch.rest = batch.rest.from(done, List.of());
        batch.outages++;
        held.add(batch);
        if (gateShut) {
            shutGate();
        }
        timers.startSingleTimer(batch, new TryAgain(batch), backOff(batch.outages));
    }

    private Behavior<Command> onTryAgain(TryAgain again) {
        if (again.batch().isDropped()) {
            forgetDropped();
        } else {
            begin(again.batch());
        }
        return this;
    }

    /** Nobody waits for them, so they cannot show that an outage is over; with the last one, the next batch is to. */
    private void forgetDropped() {
        held.removeIf(Batch::isDropped);
        // While the gate is shut its trial decides.
        if (held.isEmpty() && !gateShut) {
            circuit.settle();
        }
    }

    private void fail(Batch batch, int frame, Throwable cause) {
        if (frame > 0) {
            worked(batch, frame);
        }
        held.remove(batch);
        if (circuit.failed(cause, getContext().getLog()) instanceof ProcessorFailedException.Again || gateShut) {
            shutGate();
        }
        if (batch.isDropped()) {
            return;
        }
        Rest rest = batch.rest.after(frame);
        batch.line.answer(
                batch,
                policy.failed(batch.rest, frame, cause, List.of()),
                rest.frames().isEmpty());
        batch.rest = rest;
        if (policy.closes()) {
            return;
        }
        if (policy.givesUp(rest)) {
            batch.line.answer(batch, policy.givenUp(rest), true);
        } else if (!rest.frames().isEmpty()) {
            begin(batch);
        }
    }

    private void shutGate() {
        gateShut = true;
        trials++;
        timers.startSingleTimer(TryFirst.class, new TryFirst(), backOff(trials));
    }

    private Behavior<Command> onTryFirst() {
        Batch first = gate.poll();
        while (first != null && first.isDropped()) {
            first = gate.poll();
        }
        if (first == null) {
            openGate();
            circuit.settle();
        } else {
            // Should it never be done, another one is tried.
            shutGate();
            begin(first, Frames.single(first.rest.frames().get(0)));
        }
        return this;
    }

    private Duration backOff(int attempt) {
        double wait = (double) settings.minBackoff().toNanos() * Math.pow(2, attempt - 1.0);
        double jitter = 1 + ThreadLocalRandom.current().nextDouble() * ProcessorSupervisor.JITTER;
        return Duration.ofNanos(
                (long) (Math.min(wait, (double) settings.maxBackoff().toNanos()) * jitter));
    }

    private Behavior<Command> onClose(Close close) {
        BatchesUnderWay line = connections.remove(close.connection());
        if (line != null) {
            line.drop();
            forgetDropped();
            if (line.unopened == null) {
                Throwable failure = Running.attempt(() -> processor.closed(line.session, close.end()));
                if (failure != null) {
                    getContext().getLog().warn("the processor failed at the end of a connection", failure);
                }
            }
        }
        return this;
    }

    private Behavior<Command> onStop() {
        Throwable failure = Running.attempt(processor::close);
        if (failure != null) {
            String name = processor.getClass().getName();
            getContext().getLog().warn("processor {} did not close", name, failure);
        }
        return this;
    }
}

package io.penstock.processor;

import io.penstock.processor.Survivors.Rest;
import io.penstock.protocol.AckStep;
import io.penstock.protocol.FailureAction;
import io.penstock.protocol.ProcessorProtocol.Close;
import io.penstock.protocol.ProcessorProtocol.Command;
import io.penstock.protocol.ProcessorProtocol.Deliver;
import io.penstock.protocol.ProcessorProtocol.Done;
import io.penstock.protocol.ProcessorProtocol.Failed;
import io.penstock.protocol.ProcessorProtocol.Open;
import io.penstock.protocol.ProcessorProtocol.Unserved;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.PreRestart;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;

/**
 * Runs a {@link Processor}. When that throws, the actor first tells the connection which frame failed. If work has gone
 * well since the failure before, it makes a new processor on the spot and goes on; else it crashes and is restarted by
 * its supervisor after a back-off. The mailbox is kept meanwhile; {@link Survivors} holds the rest of the failed batch,
 * which comes first afterwards.
 */
final class ProcessorActor extends AbstractBehavior<Command> {
    /** User code's work on one session. */
    @FunctionalInterface
    private interface Work {
        void run() throws Exception;
    }

    private final ProcessorFactory factory;
    private final Consumer<Throwable> notCreated;
    private final FailureAction onFailure;
    private final Survivors survivors;
    private Processor processor;
    private boolean closed;

    private ProcessorActor(
            ActorContext<Command> context,
            ProcessorFactory factory,
            FailureAction onFailure,
            Survivors survivors,
            Consumer<Throwable> notCreated) {
        super(context);
        this.factory = factory;
        this.notCreated = notCreated;
        this.onFailure = onFailure;
        this.survivors = survivors;
        this.processor = newProcessor(factory, survivors.failures, notCreated);
    }

    /**
     * The behavior of one life; supervision restarts it.
     *
     * @param survivors made once for all lives
     * @param created told at the beginning of each life whether there is a processor: null, or why not
     */
    static Behavior<Command> create(
            ProcessorFactory factory,
            SupervisionSettings settings,
            Survivors survivors,
            Consumer<Throwable> notCreated,
            Runnable created) {
        FailureAction onFailure = settings.onFailure();
        return Behaviors.setup(context -> {
            ProcessorActor actor = new ProcessorActor(context, factory, onFailure, survivors, notCreated);
            created.run();
            actor.resume();
            return actor;
        });
    }

    private static Processor newProcessor(ProcessorFactory factory, Failures failures, Consumer<Throwable> notCreated) {
        try {
            return factory.create();
        } catch (Exception | LinkageError e) {
            notCreated.accept(e);
            throw failures.notCreated(e);
        }
    }

    /** Takes up what the life before left. A failure here must close the processor, which no signal reaches yet. */
    private void resume() {
        try {
            survivors.sessions.values().forEach(this::open);
            Rest rest = survivors.rest;
            survivors.rest = null;
            if (rest != null) {
                process(rest);
            }
        } catch (ProcessorFailedException e) {
            onStop();
            throw e;
        }
    }

    /** Goes on with a new processor, without the detour over supervision: the stash of a back-off would not survive it. */
    private void renew() {
        onStop();
        processor = newProcessor(factory, survivors.failures, notCreated);
        closed = false;
        survivors.sessions.values().forEach(this::open);
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(Open.class, this::onOpen)
                .onMessage(Deliver.class, this::onDeliver)
                .onMessage(Close.class, this::onClose)
                .onSignal(PreRestart.class, signal -> onStop())
                .onSignal(PostStop.class, signal -> onStop())
                .build();
    }

    private Behavior<Command> onOpen(Open open) {
        ProcessorSession session = new ProcessorSession(open);
        survivors.sessions.put(open.connection().id(), session);
        open(session);
        return this;
    }

    private void open(ProcessorSession session) {
        if (survivors.shut.contains(session.connection().id())) {
            return;
        }
        run(() -> processor.opened(session), e -> {
            String reason = ProcessorFailedException.describe(e);
            survivors.shut.add(session.connection().id());
            survivors.unopened.put(session.connection().id(), reason);
            session.answer(new Unserved(reason));
        });
    }

    private Behavior<Command> onDeliver(Deliver deliver) {
        process(new Rest(deliver.connection(), deliver.batch(), 0, deliver.frames()));
        return this;
    }

    private void process(Rest batch) {
        // A loop: a batch may hold thousands of frames that fail, each of which costs a processor.
        Rest rest = batch;
        while (rest != null && !processed(rest)) {
            rest = survivors.rest;
            survivors.rest = null;
        }
    }

    /** False when a frame failed and a new processor is there for the rest. */
    private boolean processed(Rest work) {
        ProcessorSession session = survivors.sessions.get(work.connection());
        if (session == null || survivors.shut.contains(work.connection())) {
            String unopened = survivors.unopened.get(work.connection());
            if (session != null && unopened != null) {
                // They may have been on their way already; without an answer the connection would wait for it.
                session.answer(new Failed(
                        work.batch(), work.offset(), work.frames().size(), unopened, FailureAction.CLOSE, List.of()));
            }
            return true;
        }
        session.begin();
        if (!run(() -> process(session, work), e -> fail(session, work, e))) {
            return false;
        }
        survivors.failures.worked();
        return true;
    }

    private void process(ProcessorSession session, Rest work) throws Exception {
        processor.processAll(session, work.frames());
        AckStep reached = Objects.requireNonNull(processor.reaches(), "the step that reaches() names");
        session.answer(new Done(work.batch(), reached, session.end()));
    }

    private void fail(ProcessorSession session, Rest work, Throwable failure) {
        int failed = failure instanceof FrameFailedException known ? known.frame() : 0;
        Throwable cause = failure instanceof FrameFailedException known ? known.getCause() : failure;
        session.answer(new Failed(
                work.batch(),
                work.offset() + failed,
                1,
                ProcessorFailedException.describe(cause),
                onFailure,
                session.end()));
        if (failed > 0) {
            survivors.failures.worked();
        }
        Rest rest = work.after(failed);
        if (onFailure == FailureAction.CLOSE) {
            survivors.shut.add(work.connection());
        } else if (!rest.frames().isEmpty()) {
            survivors.rest = rest;
        }
    }

    private Behavior<Command> onClose(Close close) {
        ProcessorSession session = survivors.sessions.remove(close.connection());
        survivors.unopened.remove(close.connection());
        if (session != null && !survivors.shut.remove(close.connection())) {
            run(() -> processor.closed(session, close.end()), e -> {});
        }
        return this;
    }

    /**
     * Runs user code. A failure is told, then a new processor is made, or this actor crashes. Errors of the virtual
     * machine pass through.
     *
     * @return false: it failed, and there is a new processor
     */
    private boolean run(Work work, Consumer<Throwable> tell) {
        try {
            work.run();
            return true;
        } catch (Exception | LinkageError | AssertionError | StackOverflowError e) {
            tell.accept(e);
            Throwable cause = e instanceof FrameFailedException ? e.getCause() : e;
            ProcessorFailedException failure = survivors.failures.failed(
                    cause == null ? e : cause, getContext().getLog());
            if (failure instanceof ProcessorFailedException.Again) {
                throw failure;
            }
            renew();
            return false;
        }
    }

    private Behavior<Command> onStop() {
        if (closed) {
            return this;
        }
        closed = true;
        try {
            processor.close();
        } catch (Exception e) {
            getContext()
                    .getLog()
                    .warn("processor {} did not close", processor.getClass().getName(), e);
        }
        return this;
    }
}

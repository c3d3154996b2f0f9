package io.penstock.processor;

import io.penstock.processor.Survivors.Rest;
import io.penstock.protocol.ProcessorProtocol.Close;
import io.penstock.protocol.ProcessorProtocol.Command;
import io.penstock.protocol.ProcessorProtocol.Deliver;
import io.penstock.protocol.ProcessorProtocol.Disconnect;
import io.penstock.protocol.ProcessorProtocol.Done;
import io.penstock.protocol.ProcessorProtocol.Failed;
import io.penstock.protocol.ProcessorProtocol.Open;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.PreRestart;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;

/**
 * Runs a {@link Processor}. When that throws, the actor first tells the connection which frame failed, then crashes
 * and is restarted by its supervisor after a back-off with a new processor. The mailbox is kept meanwhile; {@link
 * Survivors} holds the rest of the failed batch, which comes first afterwards.
 */
final class ProcessorActor extends AbstractBehavior<Command> {
    /** User code's work on one session. */
    @FunctionalInterface
    private interface Work {
        void run() throws Exception;
    }

    private final Processor processor;
    private final boolean goesOn;
    private final Survivors survivors;

    private ProcessorActor(ActorContext<Command> context, Processor processor, boolean goesOn, Survivors survivors) {
        super(context);
        this.processor = processor;
        this.goesOn = goesOn;
        this.survivors = survivors;
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
        boolean goesOn = settings.onFailure() == SupervisionSettings.OnFailure.CONTINUE;
        return Behaviors.setup(context -> {
            ProcessorActor actor = new ProcessorActor(
                    context, newProcessor(factory, survivors.failures, notCreated), goesOn, survivors);
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
            survivors.shut.add(session.connection().id());
            session.answer(new Disconnect("processor failed: " + ProcessorFailedException.describe(e)));
        });
    }

    private Behavior<Command> onDeliver(Deliver deliver) {
        process(new Rest(deliver.connection(), deliver.batch(), 0, deliver.frames()));
        return this;
    }

    private void process(Rest work) {
        ProcessorSession session = survivors.sessions.get(work.connection());
        if (session == null || survivors.shut.contains(work.connection())) {
            return;
        }
        session.begin();
        run(() -> processor.processAll(session, work.frames()), e -> fail(session, work, e));
        survivors.failures.worked();
        session.answer(new Done(work.batch(), processor.reaches(), session.end()));
    }

    private void fail(ProcessorSession session, Rest work, Throwable failure) {
        int failed = failure instanceof FrameFailedException known ? known.frame() : 0;
        Throwable cause = failure instanceof FrameFailedException known ? known.getCause() : failure;
        session.answer(new Failed(
                work.batch(),
                work.offset() + failed,
                1,
                ProcessorFailedException.describe(cause),
                goesOn,
                session.end()));
        if (failed > 0) {
            survivors.failures.worked();
        }
        Rest rest = work.after(failed);
        if (!goesOn) {
            survivors.shut.add(work.connection());
        } else if (!rest.frames().isEmpty()) {
            survivors.rest = rest;
        }
    }

    private Behavior<Command> onClose(Close close) {
        ProcessorSession session = survivors.sessions.remove(close.connection());
        if (session != null && !survivors.shut.remove(close.connection())) {
            run(() -> processor.closed(session, close.end()), e -> {});
        }
        return this;
    }

    /** Runs user code; a failure is told, then crashes this actor. Errors of the virtual machine pass through. */
    private void run(Work work, Consumer<Throwable> tell) {
        try {
            work.run();
        } catch (Exception | LinkageError | AssertionError | StackOverflowError e) {
            tell.accept(e);
            Throwable cause = e instanceof FrameFailedException ? e.getCause() : e;
            throw survivors.failures.failed(
                    cause == null ? e : cause, getContext().getLog());
        }
    }

    private Behavior<Command> onStop() {
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

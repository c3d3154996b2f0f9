package io.penstock.processor;

import io.penstock.processor.Survivors.Ending;
import io.penstock.processor.Survivors.Rest;
import io.penstock.processor.Survivors.Task;
import io.penstock.processor.Survivors.Uncommitted;
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
import java.util.List;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.PreRestart;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.util.ByteString;
import org.jspecify.annotations.Nullable;

/**
 * Runs a {@link Processor}.
 *
 * <p>Every batch is a task in {@link Survivors}, outside this actor, and stays the first one there until it has been
 * answered or, where the processor commits, until it has been processed and waits for the commit that is due. The commit
 * queues behind what is in the mailbox already, so that all connections share it.
 *
 * <p>When a frame fails, what came before it is committed and answered, then the connection is told. With a circuit that
 * is closed a new processor is made on the spot; else, and when the processor itself cannot work, this actor crashes and
 * is restarted by its supervisor after a back-off, with its mailbox kept. What was not committed is a task again then,
 * before all else.
 */
final class ProcessorActor extends AbstractBehavior<Command> {
    /** Everything that was in the mailbox when the first batch began to wait has been processed. */
    private record CommitDue() implements Signal {}

    private final ProcessorFactory factory;
    private final FailurePolicy policy;
    private final Survivors survivors;
    private final Circuit circuit;
    private Running running;
    /** Whether something has been processed since the last commit. */
    private boolean dirty;

    private boolean commitDue;

    private ProcessorActor(
            ActorContext<Command> context,
            ProcessorFactory factory,
            FailurePolicy policy,
            Survivors survivors,
            Circuit circuit) {
        super(context);
        this.factory = factory;
        this.policy = policy;
        this.survivors = survivors;
        this.circuit = circuit;
        this.running = Running.make(factory, circuit);
    }

    /**
     * The behavior of one life; supervision restarts it.
     *
     * @param survivors made once for all lives
     * @param circuit made once for all lives
     * @param created told when there is a processor, at the beginning of each life
     */
    static Behavior<Command> create(
            ProcessorFactory factory,
            SupervisionSettings settings,
            Survivors survivors,
            Circuit circuit,
            Runnable created) {
        FailurePolicy policy = FailurePolicy.of(settings);
        return Behaviors.setup(context -> {
            ProcessorActor actor = new ProcessorActor(context, factory, policy, survivors, circuit);
            created.run();
            actor.resume();
            return actor;
        });
    }

    /** Takes up what the life before left. A failure here must close the processor, which no signal reaches yet. */
    private void resume() {
        try {
            if (!reopened()) {
                renew();
            }
            work();
        } catch (ProcessorFailedException e) {
            close();
            throw e;
        }
        if (circuit.isOpen()) {
            getContext().getSelf().tell(new Circuit.Settled());
        }
    }

    /** Goes on with a new processor, without the detour over supervision: the stash of a back-off would not survive it. */
    private void renew() {
        do {
            close();
            running = Running.make(factory, circuit);
        } while (!reopened());
    }

    /** False when the processor failed at one of the connections that are still there. */
    private boolean reopened() {
        return survivors.sessions.values().stream().allMatch(this::opened);
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(Open.class, this::onOpen)
                .onMessage(Deliver.class, deliver -> onTask(Rest.of(deliver)))
                .onMessage(Close.class, close -> onTask(new Ending(close)))
                .onMessage(CommitDue.class, due -> onCommitDue())
                .onMessage(Circuit.Settled.class, settled -> onSettled())
                .onSignal(PreRestart.class, signal -> close())
                .onSignal(PostStop.class, signal -> onStop())
                .build();
    }

    private Behavior<Command> onOpen(Open open) {
        ProcessorSession session = new ProcessorSession(open);
        survivors.sessions.put(open.connection().id(), session);
        if (!opened(session)) {
            renew();
        }
        return this;
    }

    /** False when the processor failed; another one is needed then. */
    private boolean opened(ProcessorSession session) {
        long id = session.connection().id();
        if (survivors.shut.contains(id)) {
            return true;
        }
        Throwable failure = failureOf(() -> running.processor().opened(session));
        if (failure == null) {
            return true;
        }
        String reason = ProcessorFailedException.describe(failure);
        survivors.shut.add(id);
        survivors.unopened.put(id, reason);
        session.answer(new Unserved(reason));
        crashIfOpen(failure);
        return false;
    }

    private Behavior<Command> onTask(Task task) {
        survivors.add(task);
        work();
        return this;
    }

    private Behavior<Command> onCommitDue() {
        commitDue = false;
        commit();
        return this;
    }

    private Behavior<Command> onSettled() {
        commit();
        circuit.settle();
        return this;
    }

    /** A loop: a batch may hold thousands of frames that fail, each of which costs a processor. */
    private void work() {
        for (Task task = survivors.head(); task != null; task = survivors.head()) {
            if (task instanceof Rest rest) {
                process(rest);
            } else if (task instanceof Ending ending) {
                end(ending.close());
            }
        }
    }

    private void process(Rest work) {
        ProcessorSession session = survivors.sessions.get(work.connection());
        if (session == null || survivors.shut.contains(work.connection())) {
            survivors.removeHead();
            refuse(session, work);
            return;
        }
        Frames tried = circuit.isOpen() ? Frames.single(work.frames().get(0)) : work.frames();
        session.begin();
        Throwable failure = Running.attempt(() -> running.processor().processAll(session, tried));
        if (failure == null) {
            processed(session, work, tried.size());
        } else {
            fail(session, work, failure);
        }
    }

    /** Frames may have been on their way already; without an answer their connection would wait for it. */
    private void refuse(@Nullable ProcessorSession session, Rest work) {
        String unopened = survivors.unopened.get(work.connection());
        if (session != null && unopened != null) {
            session.answer(new Failed(
                    work.batch(), work.offset(), work.frames().size(), unopened, FailureAction.CLOSE, List.of()));
        }
    }

    private void processed(ProcessorSession session, Rest work, int count) {
        List<ByteString> replies = work.replies(session.end());
        boolean trial = circuit.isOpen();
        dirty |= running.commits();
        if (count < work.frames().size()) {
            commit();
            survivors.replaceHead(work.from(count, replies));
            worked(count);
        } else if (!running.commits()) {
            survivors.removeHead();
            session.answer(new Done(work.batch(), running.reaches(), replies));
            worked(count);
        } else {
            survivors.headProcessed(new Uncommitted(session, work, replies));
            if (trial) {
                commit();
            } else {
                commitLater();
            }
        }
    }

    private void worked(int frames) {
        if (circuit.worked(frames)) {
            getContext().getSelf().tell(new Circuit.Settled());
        }
    }

    private void commitLater() {
        if (!commitDue) {
            commitDue = true;
            getContext().getSelf().tell(new CommitDue());
        }
    }

    /** Commits what has been processed, and answers it. */
    private void commit() {
        if (!dirty) {
            return;
        }
        Throwable failure = Running.attempt(running.processor()::commit);
        if (failure != null) {
            throw unavailable(failure);
        }
        dirty = false;
        for (Uncommitted done = survivors.committed(); done != null; done = survivors.committed()) {
            Rest work = done.work();
            done.session().answer(new Done(work.batch(), running.reaches(), done.replies()));
            worked(work.frames().size());
        }
    }

    private void fail(ProcessorSession session, Rest work, Throwable failure) {
        int failed = FailurePolicy.frame(failure, work.frames().size());
        Throwable cause = FailurePolicy.cause(failure);
        List<ByteString> replies = work.replies(session.end());
        if (cause instanceof ProcessorUnavailableException) {
            if (!running.commits()) {
                // Without a commit the frames before are done.
                survivors.replaceHead(work.from(failed, replies));
            }
            throw unavailable(cause);
        }
        dirty |= running.commits() && failed > 0;
        commit();
        survivors.removeHead();
        if (failed > 0) {
            worked(failed);
        }
        session.answer(policy.failed(work, failed, cause, replies));
        goOn(session, work.after(failed));
        crashIfOpen(cause);
        renew();
    }

    /** What becomes of the frames after one that has failed. */
    private void goOn(ProcessorSession session, Rest rest) {
        if (policy.closes()) {
            survivors.shut.add(rest.connection());
        } else if (policy.givesUp(rest)) {
            Failed answer = policy.givenUp(rest);
            session.answer(answer);
            if (answer.action() == FailureAction.CLOSE) {
                survivors.shut.add(rest.connection());
            }
        } else if (!rest.frames().isEmpty()) {
            survivors.addFirst(rest);
        }
    }

    private void end(Close close) {
        if (survivors.hasUncommitted(close.connection())) {
            commit();
        }
        survivors.removeHead();
        ProcessorSession session = survivors.sessions.remove(close.connection());
        survivors.unopened.remove(close.connection());
        if (session == null || survivors.shut.remove(close.connection())) {
            return;
        }
        Throwable failure = failureOf(() -> running.processor().closed(session, close.end()));
        if (failure != null) {
            crashIfOpen(failure);
            renew();
        }
    }

    /** Runs user code for a connection. When that fails, what went before it has been committed. Null: it did not. */
    private @Nullable Throwable failureOf(Running.Work work) {
        Throwable failure = Running.attempt(work);
        if (failure instanceof ProcessorUnavailableException) {
            throw unavailable(failure);
        }
        if (failure != null) {
            commit();
        }
        return failure;
    }

    /** To be thrown; what was not committed will be done again. */
    private ProcessorFailedException unavailable(Throwable cause) {
        survivors.redoUncommitted();
        dirty = false;
        return circuit.unavailable(cause, getContext().getLog());
    }

    private void crashIfOpen(Throwable cause) {
        ProcessorFailedException failure = circuit.failed(cause, getContext().getLog());
        if (failure instanceof ProcessorFailedException.Again) {
            throw failure;
        }
    }

    /** What waits is committed now or never; what cannot be is not answered, and so counts as lost. */
    private Behavior<Command> onStop() {
        try {
            commit();
        } catch (ProcessorFailedException e) {
            getContext().getLog().warn("the processor could not commit before it stopped: {}", e.getMessage());
        }
        return close();
    }

    private Behavior<Command> close() {
        running.close(getContext().getLog());
        return this;
    }
}

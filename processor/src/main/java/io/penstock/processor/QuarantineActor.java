package io.penstock.processor;

import io.penstock.protocol.InvalidSettingsException;
import io.penstock.protocol.QuarantineProtocol.Command;
import io.penstock.protocol.QuarantineProtocol.Kept;
import io.penstock.protocol.QuarantineProtocol.NotKept;
import io.penstock.protocol.QuarantineProtocol.Put;
import io.penstock.protocol.QuarantineProtocol.Result;
import io.penstock.protocol.QuarantineProtocol.Serve;
import io.penstock.protocol.QuarantineProtocol.Signal;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/**
 * Keeps frames that are set aside, and gives those that wait for it to the processors of their listeners again. Blocks:
 * it runs on {@link ProcessorSupervisor#DISPATCHER}.
 *
 * <p>With the first frame of a group it tells itself to commit. That message queues behind the frames that are in the
 * mailbox already, so that all of them share one force of the directory.
 */
final class QuarantineActor extends AbstractBehavior<Command> {
    private record Commit() implements Signal {}

    /** Look whether somebody has handed entries over. */
    record Poll() implements Signal {}

    /** Look whether entries have become too old. */
    record Expire() implements Signal {}

    private static final Duration POLL_INTERVAL = Duration.ofSeconds(1);
    private static final Duration EXPIRE_INTERVAL = Duration.ofHours(1);

    /** A put that waits for the commit; with a failure its words do. */
    private record Pending(ActorRef<Result> replyTo, Optional<String> failure) {}

    private final QuarantineStore store;
    private final Replays replays;
    private final List<Pending> pending = new ArrayList<>();

    private QuarantineActor(ActorContext<Command> context, QuarantineStore store, Clock clock) {
        super(context);
        this.store = store;
        this.replays = new Replays(context, store, clock);
    }

    /**
     * A quarantine.
     *
     * @param opened completed once frames can be kept; failed with an {@link InvalidSettingsException} when the directory
     *     cannot be used, and the actor then stops
     */
    static Behavior<Command> create(QuarantineSettings settings, CompletableFuture<Done> opened) {
        return create(settings, DiskLayer.ofOwner(), Clock.systemUTC(), opened);
    }

    static Behavior<Command> create(
            QuarantineSettings settings, FileLayer layer, Clock clock, CompletableFuture<Done> opened) {
        Path directory = settings.path().orElse(Path.of(""));
        return Behaviors.setup(context -> Behaviors.withTimers(timers -> {
            try {
                QuarantineStore store = QuarantineStore.open(directory, settings, layer, clock);
                schedule(timers);
                opened.complete(Done.getInstance());
                return new QuarantineActor(context, store, clock);
            } catch (IOException e) {
                opened.completeExceptionally(new InvalidSettingsException(List.of("penstock.quarantine.path: "
                        + directory + " (expected: a directory that can be used; " + FileFault.words(e) + ")")));
                return Behaviors.stopped();
            }
        }));
    }

    private static void schedule(TimerScheduler<Command> timers) {
        timers.startTimerWithFixedDelay(new Poll(), POLL_INTERVAL);
        timers.startTimerWithFixedDelay(new Expire(), EXPIRE_INTERVAL);
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(Put.class, this::onPut)
                .onMessage(Commit.class, commit -> onCommit())
                .onMessage(Serve.class, this::onServe)
                .onMessage(Poll.class, poll -> onPoll())
                .onMessage(Replays.Gone.class, this::onGone)
                .onMessage(Replays.Answered.class, this::onAnswered)
                .onMessage(Expire.class, expire -> onExpire())
                .onSignal(PostStop.class, signal -> onStop())
                .build();
    }

    private Behavior<Command> onPut(Put put) {
        if (pending.isEmpty()) {
            getContext().getSelf().tell(new Commit());
        }
        pending.add(new Pending(put.replyTo(), write(put)));
        return this;
    }

    private Optional<String> write(Put put) {
        try {
            store.put(put.item());
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of(FileFault.words(e));
        }
    }

    private Behavior<Command> onCommit() {
        Optional<String> failure = commit();
        for (Pending one : pending) {
            Optional<String> words = one.failure().or(() -> failure);
            one.replyTo().tell(words.<Result>map(NotKept::new).orElseGet(Kept::new));
        }
        pending.clear();
        return this;
    }

    private Optional<String> commit() {
        if (pending.stream().allMatch(one -> one.failure().isPresent())) {
            return Optional.empty();
        }
        try {
            store.commit();
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of(FileFault.words(e));
        }
    }

    private Behavior<Command> onServe(Serve serve) {
        replays.serve(serve);
        return onPoll();
    }

    private Behavior<Command> onGone(Replays.Gone gone) {
        replays.gone(gone);
        return this;
    }

    private Behavior<Command> onAnswered(Replays.Answered answered) {
        replays.answered(answered);
        return this;
    }

    private Behavior<Command> onPoll() {
        replays.poll();
        return this;
    }

    private Behavior<Command> onExpire() {
        try {
            store.expire();
        } catch (IOException e) {
            getContext().getLog().warn("the quarantine cannot be looked through: {}", FileFault.words(e));
        }
        return this;
    }

    private Behavior<Command> onStop() {
        try {
            store.close();
        } catch (IOException e) {
            getContext().getLog().warn("the quarantine did not close: {}", FileFault.words(e));
        }
        return this;
    }
}

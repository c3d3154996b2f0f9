package io.penstock.server;

import io.penstock.protocol.InvalidSettingsException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.BehaviorBuilder;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.apache.pekko.japi.function.Function2;
import org.jspecify.annotations.Nullable;

/**
 * Keeps what is made of files up to date: certificates, lists of addresses.
 *
 * <pre>
 *            ┌──── the same as judged last, or not yet settled ◀───┐
 *   resting ─┴─LookDue, Reload─▶ looking ──settled, or asked──▶ loading ──▶ resting
 * </pre>
 *
 * Certificate and key are two files and are written one after the other, so a change is loaded once it has held for one
 * more look; on request at once. A state of the files that cannot be used is told once. Files are read on an executor,
 * one read at a time.
 */
final class FileReloader {
    /** A mere comparison; the clock may be set at any time. */
    private static final Duration TICK_INTERVAL = Duration.ofMinutes(1);

    private static final Duration UPKEEP_INTERVAL = Duration.ofHours(1);

    sealed interface Command {}

    /** Loads what has changed, without waiting for the next look. */
    record Reload(ActorRef<ReloadResult> replyTo) implements Command {}

    /** Ends it, and with it the use of what the files hold. */
    record Stop() implements Command {}

    /** By its timer. */
    record LookDue() implements Command {}

    private record Looked(Map<Path, String> look) implements Command {}

    private record LookFailed(String words) implements Command {}

    private record Loaded(Supplier<List<String>> use) implements Command {}

    private record LoadFailed(List<String> problems) implements Command {}

    /** By its timer. */
    record TickDue() implements Command {}

    /** By its timer. */
    record UpkeepDue() implements Command {}

    private record KeptUp(List<String> problems) implements Command {}

    private final ActorContext<Command> context;
    private final TimerScheduler<Command> timers;
    private final ReloadableFiles files;
    private final Executor tasks;
    /** Who has asked, and has not been looked for yet. */
    private final List<ActorRef<ReloadResult>> asked = new ArrayList<>();
    /** Whom what is under way is for; nobody: the interval. */
    private List<ActorRef<ReloadResult>> served = List.of();
    /** What the files held at the last look, when they were last loaded, and when that went well. */
    private Map<Path, String> seen;

    private Map<Path, String> judged;
    private Map<Path, String> accepted;
    private List<String> upkeepProblems = List.of();

    private FileReloader(
            ActorContext<Command> context, TimerScheduler<Command> timers, ReloadableFiles files, Executor tasks) {
        this.context = context;
        this.timers = timers;
        this.files = files;
        this.tasks = tasks;
        this.seen = files.firstLook();
        this.judged = seen;
        this.accepted = seen;
    }

    /**
     * A reloader at work.
     *
     * @param files loaded, and in use; released at the end
     * @param tasks runs what reads files
     */
    static Behavior<Command> create(ReloadableFiles files, Executor tasks) {
        return Behaviors.setup(
                context -> Behaviors.withTimers(timers -> new FileReloader(context, timers, files, tasks).start()));
    }

    private Behavior<Command> start() {
        timers.startTimerWithFixedDelay(new TickDue(), TICK_INTERVAL);
        timers.startTimerWithFixedDelay(new UpkeepDue(), UPKEEP_INTERVAL);
        return rest();
    }

    private Behavior<Command> rest() {
        if (!asked.isEmpty()) {
            return look();
        }
        files.interval().ifPresent(interval -> timers.startSingleTimer(new LookDue(), interval));
        return always(Behaviors.receive(Command.class))
                .onMessage(LookDue.class, due -> look())
                .onMessage(Reload.class, reload -> {
                    asked.add(reload.replyTo());
                    return look();
                })
                .build();
    }

    private Behavior<Command> look() {
        served = List.copyOf(asked);
        asked.clear();
        inBackground(
                files::look, (look, failure) -> failure == null ? new Looked(look) : new LookFailed(words(failure)));
        return busy(Behaviors.receive(Command.class))
                .onMessage(Looked.class, looked -> onLooked(looked.look()))
                .onMessage(LookFailed.class, failed -> onLookFailed(failed.words()))
                .build();
    }

    private Behavior<Command> onLooked(Map<Path, String> look) {
        boolean settled = look.equals(seen);
        seen = look;
        boolean unchanged =
                served.isEmpty() ? !settled || look.equals(judged) : look.equals(judged) && judged.equals(accepted);
        if (unchanged) {
            answer(new ReloadResult.Unchanged());
            return rest();
        }
        return load();
    }

    /** Nothing that is known of would do this, so that it is said once, and tried again. */
    private Behavior<Command> onLookFailed(String words) {
        Map<Path, String> look = Map.of(Path.of(""), words);
        if (look.equals(judged) && served.isEmpty()) {
            return rest();
        }
        seen = look;
        judged = look;
        return onProblems(List.of(words));
    }

    private Behavior<Command> load() {
        judged = seen;
        inBackground(
                files::load,
                (loaded, failure) -> failure == null ? new Loaded(loaded) : new LoadFailed(problems(failure)));
        return busy(Behaviors.receive(Command.class))
                .onMessage(Loaded.class, loaded -> onLoaded(loaded.use()))
                .onMessage(LoadFailed.class, failed -> onProblems(failed.problems()))
                .build();
    }

    private Behavior<Command> onLoaded(Supplier<List<String>> use) {
        accepted = judged;
        answer(new ReloadResult.Reloaded(use.get()));
        return rest();
    }

    private Behavior<Command> onProblems(List<String> problems) {
        files.refused(problems);
        answer(new ReloadResult.Refused(problems));
        return rest();
    }

    private void answer(ReloadResult result) {
        served.forEach(replyTo -> replyTo.tell(result));
        served = List.of();
    }

    private BehaviorBuilder<Command> busy(BehaviorBuilder<Command> builder) {
        return always(builder).onMessage(LookDue.class, due -> Behaviors.same()).onMessage(Reload.class, reload -> {
            // What is under way began before it was asked for.
            asked.add(reload.replyTo());
            return Behaviors.same();
        });
    }

    private BehaviorBuilder<Command> always(BehaviorBuilder<Command> builder) {
        return builder.onMessage(TickDue.class, due -> {
                    files.tick();
                    return Behaviors.same();
                })
                .onMessage(UpkeepDue.class, due -> onUpkeepDue())
                .onMessage(KeptUp.class, done -> onKeptUp(done.problems()))
                .onMessage(Stop.class, stop -> Behaviors.stopped())
                .onSignal(PostStop.class, stopped -> {
                    files.release();
                    return Behaviors.same();
                });
    }

    private Behavior<Command> onUpkeepDue() {
        inBackground(
                () -> {
                    files.keepUp();
                    return List.<String>of();
                },
                (none, failure) -> new KeptUp(failure == null ? List.of() : problems(failure)));
        return Behaviors.same();
    }

    private Behavior<Command> onKeptUp(List<String> problems) {
        if (!problems.isEmpty() && !problems.equals(upkeepProblems)) {
            files.refused(problems);
        }
        upkeepProblems = problems;
        return Behaviors.same();
    }

    private <T> void inBackground(Supplier<T> work, Function2<T, @Nullable Throwable, Command> then) {
        context.pipeToSelf(CompletableFuture.supplyAsync(work, tasks), then);
    }

    private static List<String> problems(Throwable failure) {
        Throwable cause = cause(failure);
        return cause instanceof InvalidSettingsException invalid ? invalid.problems() : List.of(words(cause));
    }

    private static String words(Throwable failure) {
        return "the files cannot be looked at: " + cause(failure);
    }

    private static Throwable cause(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }
}

package io.penstock.processor;

import io.penstock.protocol.InvalidSettingsException;
import io.penstock.protocol.QuarantineProtocol;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.Extension;
import org.apache.pekko.actor.typed.ExtensionId;
import org.jspecify.annotations.Nullable;

/**
 * The quarantine of an actor system, as {@code penstock.quarantine} of its configuration says: one for all listeners,
 * opened by the first that may need it. Thread-safe.
 */
public final class Quarantine implements Extension {
    private static final Id ID = new Id();

    private final ActorSystem<?> system;
    private @Nullable CompletableFuture<ActorRef<QuarantineProtocol.Command>> opened;
    private int attempts;

    private Quarantine(ActorSystem<?> system) {
        this.system = system;
    }

    private static final class Id extends ExtensionId<Quarantine> {
        @Override
        public Quarantine createExtension(ActorSystem<?> system) {
            return new Quarantine(system);
        }
    }

    /** That of a system; nothing is opened by this. */
    public static Quarantine get(ActorSystem<?> system) {
        return ID.apply(system);
    }

    /** The same as {@link #open}, or nothing where the configuration has no frames set aside. */
    public CompletionStage<Optional<ActorRef<QuarantineProtocol.Command>>> openIfUsed() {
        return QuarantineSettings.isUsed(system.settings().config())
                ? open().thenApply(Optional::of)
                : CompletableFuture.completedStage(Optional.empty());
    }

    /**
     * Opens it, unless it is open.
     *
     * @return its actor; fails with {@link InvalidSettingsException} when no directory is named or it cannot be used.
     *     Called again after that, it tries again.
     */
    public synchronized CompletionStage<ActorRef<QuarantineProtocol.Command>> open() {
        if (opened == null || opened.isCompletedExceptionally()) {
            opened = start();
        }
        return opened;
    }

    private CompletableFuture<ActorRef<QuarantineProtocol.Command>> start() {
        QuarantineSettings settings;
        try {
            settings = QuarantineSettings.from(system.settings().config());
        } catch (InvalidSettingsException e) {
            return CompletableFuture.failedFuture(e);
        }
        if (settings.path().isEmpty()) {
            return CompletableFuture.failedFuture(new InvalidSettingsException(List.of(QuarantineSettings.NO_PATH)));
        }
        CompletableFuture<Done> ready = new CompletableFuture<>();
        ActorRef<QuarantineProtocol.Command> actor = system.systemActorOf(
                QuarantineActor.create(settings, ready),
                "penstock-quarantine-" + ++attempts,
                DispatcherSelector.fromConfig(ProcessorSupervisor.DISPATCHER));
        return ready.thenApply(done -> actor);
    }
}

package io.penstock.server;

import io.penstock.processor.ProcessorFactory;
import io.penstock.processor.ProcessorSupervisor;
import io.penstock.processor.SupervisionSettings;
import io.penstock.protocol.ConnectionEvent.Subscriber;
import io.penstock.protocol.ListenerProtocol;
import io.penstock.protocol.ListenerProtocol.Drained;
import io.penstock.protocol.ProcessorProtocol;
import io.penstock.protocol.SupervisorProtocol;
import io.penstock.protocol.SupervisorProtocol.NotReady;
import io.penstock.protocol.SupervisorProtocol.Readiness;
import io.penstock.protocol.SupervisorProtocol.Stopped;
import io.penstock.server.tls.CurrentTls;
import io.penstock.server.tls.TlsSource;
import io.penstock.server.tls.TransportSecurity;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.Done;
import org.apache.pekko.actor.CoordinatedShutdown;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A port of an actor system that terminates TLS and hands frames to a processor.
 *
 * <pre>
 *   TlsServer.bind(system, ServerSettings.from(system.settings().config()), myBehavior)
 *       .thenAccept(server -> log.info("listening on {}", server.localAddress()));
 * </pre>
 *
 * Thread-safe. Everything runs on the system's own dispatchers; a {@link ProcessorFactory}'s processors run on {@code
 * penstock.processor-dispatcher}, unless it says that they never block.
 */
public final class TlsServer {
    /** Asks wait for events that have bounds of their own; this only keeps a broken system from waiting forever. */
    private static final Duration FOREVER = Duration.ofDays(1);

    /** What a processor gets to stop beyond what is left of the drain timeout. One that hangs never does. */
    private static final Duration PROCESSOR_STOP = Duration.ofMillis(500);

    /** The dispatcher of what would keep a stream's thread for long: key exchange, chain validation, reading files. */
    private static final String TASKS = "penstock.tls-dispatcher";

    private static final Logger LOG = LoggerFactory.getLogger(TlsServer.class);
    private static final AtomicInteger COUNTER = new AtomicInteger();

    private final ActorSystem<?> system;
    private final ServerSettings settings;
    private final InetSocketAddress localAddress;
    private final CompletionStage<Done> stopped;
    private final AtomicBoolean draining = new AtomicBoolean();
    private final CompletableFuture<Drained> drained = new CompletableFuture<>();
    private final ActorRef<ListenerProtocol.Command> listener;
    private final ActorRef<SupervisorProtocol.Command> supervisor;
    /** Set once, before anybody has this server; empty: plaintext. */
    private volatile Optional<ActorRef<CertificateReloader.Command>> reloader = Optional.empty();

    private TlsServer(
            ActorSystem<?> system,
            ServerSettings settings,
            InetSocketAddress localAddress,
            CompletionStage<Done> stopped,
            ActorRef<ListenerProtocol.Command> listener,
            ActorRef<SupervisorProtocol.Command> supervisor) {
        this.system = system;
        this.settings = settings;
        this.localAddress = localAddress;
        this.stopped = stopped;
        this.listener = listener;
        this.supervisor = supervisor;
    }

    /**
     * Binds with a behavior of the user's, supervised as {@code penstock.on-processor-failure} and {@code
     * penstock.processor-restart} of the system's configuration say, and with events going to the log.
     *
     * @return completes when the port accepts; fails with {@link io.penstock.protocol.InvalidSettingsException} when
     *     certificates are wrong, with the bind's failure when the port cannot be had
     */
    public static CompletionStage<TlsServer> bind(
            ActorSystem<?> system, ServerSettings settings, Behavior<ProcessorProtocol.Command> processor) {
        return bind(system, settings, ProcessorSupervisor.create(processor, supervision(system)), EventLog.create());
    }

    /** Binds with an actor of the user's that somebody else supervises; otherwise as above. */
    public static CompletionStage<TlsServer> bind(
            ActorSystem<?> system, ServerSettings settings, ActorRef<ProcessorProtocol.Command> processor) {
        return bind(system, settings, ProcessorSupervisor.create(processor), EventLog.create());
    }

    /** Binds with processors that a factory makes, supervised; otherwise as above. */
    public static CompletionStage<TlsServer> bind(
            ActorSystem<?> system, ServerSettings settings, ProcessorFactory processors) {
        Acknowledging.check(settings.ack(), processors.reaches());
        return bind(system, settings, ProcessorSupervisor.create(processors, supervision(system)), EventLog.create());
    }

    /**
     * Binds with everything chosen by the caller.
     *
     * @param supervisor from {@link ProcessorSupervisor}
     * @param events told everything that happens to connections
     */
    public static CompletionStage<TlsServer> bind(
            ActorSystem<?> system,
            ServerSettings settings,
            Behavior<SupervisorProtocol.Command> supervisor,
            Subscriber events) {
        return CompletableFuture.supplyAsync(() -> load(settings), tasks(system))
                .thenCompose(tls -> bind(system, settings, tls, supervisor, events));
    }

    /**
     * Binds with certificates that have been loaded; otherwise as above.
     *
     * @param tls empty: plaintext
     */
    public static CompletionStage<TlsServer> bind(
            ActorSystem<?> system,
            ServerSettings settings,
            Optional<TlsSource> tls,
            Behavior<SupervisorProtocol.Command> supervisor,
            Subscriber events) {
        Subscriber guarded = new GuardedSubscriber(events);
        Optional<CurrentTls> current = tls.map(source -> new CurrentTls(source.first()));
        TransportSecurity security = current.map(
                        certificates -> TransportSecurity.tls(certificates, tasks(system), settings.closeLinger()))
                .orElseGet(() -> TransportSecurity.plaintext(settings.closeLinger()));
        String name = "penstock-" + COUNTER.incrementAndGet();
        ActorRef<SupervisorProtocol.Command> processors =
                system.systemActorOf(supervisor, name + "-processors", Props.empty());
        return start(system, settings, security, processors, guarded, name).whenComplete((server, failure) -> {
            if (failure == null) {
                tls.ifPresent(
                        source -> LOG.info("TLS engine: {}", source.first().engineNote()));
                current.ifPresent(certificates -> server.keepUpToDate(tls.orElseThrow(), certificates, guarded, name));
            } else {
                current.ifPresent(CurrentTls::release);
            }
        });
    }

    private static Optional<TlsSource> load(ServerSettings settings) {
        Optional<TlsSource> loaded =
                settings.tls().map(tls -> TlsSource.load(tls, settings.hostname(), Clock.systemUTC()));
        loaded.ifPresent(source -> source.first().warnings().forEach(LOG::warn));
        return loaded;
    }

    private void keepUpToDate(TlsSource source, CurrentTls current, Subscriber events, String name) {
        ActorRef<CertificateReloader.Command> actor = system.systemActorOf(
                CertificateReloader.create(source, current, tasks(system), events),
                name + "-certificates",
                Props.empty());
        reloader = Optional.of(actor);
        stopped.whenComplete((done, failure) -> actor.tell(new CertificateReloader.Stop()));
    }

    private static Executor tasks(ActorSystem<?> system) {
        return system.dispatchers().lookup(DispatcherSelector.fromConfig(TASKS));
    }

    private static CompletionStage<TlsServer> start(
            ActorSystem<?> system,
            ServerSettings settings,
            TransportSecurity security,
            ActorRef<SupervisorProtocol.Command> processors,
            Subscriber events,
            String name) {
        return AskPattern.<SupervisorProtocol.Command, Readiness>ask(
                        processors, SupervisorProtocol.WhenReady::new, FOREVER, system.scheduler())
                .thenCompose(readiness -> readiness instanceof NotReady notReady
                        ? CompletableFuture.failedStage(notReady.cause())
                        : listen(system, settings, security, processors, events, name))
                .exceptionallyCompose(failure -> stop(system, processors, FOREVER)
                        .thenCompose(stopped -> CompletableFuture.failedStage(unwrap(failure))));
    }

    private static CompletionStage<TlsServer> listen(
            ActorSystem<?> system,
            ServerSettings settings,
            TransportSecurity security,
            ActorRef<SupervisorProtocol.Command> processors,
            Subscriber events,
            String name) {
        CompletableFuture<InetSocketAddress> bound = new CompletableFuture<>();
        CompletableFuture<Done> stopped = new CompletableFuture<>();
        ActorRef<ListenerProtocol.Command> listener = system.systemActorOf(
                Listener.create(settings, security, processors, events, bound, stopped), name, Props.empty());
        return bound.thenApply(address -> new TlsServer(system, settings, address, stopped, listener, processors));
    }

    private static CompletionStage<Stopped> stop(
            ActorSystem<?> system, ActorRef<SupervisorProtocol.Command> processors, Duration patience) {
        return AskPattern.ask(processors, SupervisorProtocol.Stop::new, patience, system.scheduler());
    }

    private static Throwable unwrap(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }

    private static SupervisionSettings supervision(ActorSystem<?> system) {
        return SupervisionSettings.from(system.settings().config());
    }

    /** Where it listens; the port is the real one also when 0 was asked for. */
    public InetSocketAddress localAddress() {
        return localAddress;
    }

    public ServerSettings settings() {
        return settings;
    }

    /** The actor of the port. */
    public ActorRef<ListenerProtocol.Command> listener() {
        return listener;
    }

    /** Completes when the port has been drained; fails when it is not listened on any more for another reason. */
    public CompletionStage<Done> whenStopped() {
        return stopped;
    }

    /**
     * Looks at the files of certificates, keys, client CAs and revocation lists now, also where {@code
     * tls.reload-interval} is off, and lets new handshakes go by what has changed. Connections that are open go on.
     */
    public CompletionStage<ReloadResult> reload() {
        return reloader.<CompletionStage<ReloadResult>>map(
                        actor -> AskPattern.ask(actor, CertificateReloader.Reload::new, FOREVER, system.scheduler()))
                .orElseGet(() -> CompletableFuture.completedStage(new ReloadResult.Unchanged()));
    }

    /**
     * Drains when the actor system shuts down, in the phase in which services finish what they have begun. For a host
     * whose shutdown does not call {@link #drain()} itself.
     */
    public void drainAtCoordinatedShutdown() {
        CoordinatedShutdown.get(system)
                .addTask(
                        CoordinatedShutdown.PhaseServiceRequestsDone(),
                        "drain " + listener.path().name(),
                        () -> drain().thenApply(drained -> Done.getInstance()));
    }

    /**
     * Stops accepting, lets every connection finish what it has received, closes them and then the processors. What is
     * left after {@link ServerSettings#drainTimeout()} is cut and reported, and what does not stop then is left behind
     * within a second. Called again, it answers with the first call's result.
     */
    public CompletionStage<Drained> drain() {
        return drain(settings.drainTimeout());
    }

    /** {@link #drain()} with another timeout. */
    public CompletionStage<Drained> drain(Duration timeout) {
        if (draining.compareAndSet(false, true)) {
            long deadline = System.nanoTime() + timeout.toNanos();
            AskPattern.<ListenerProtocol.Command, Drained>ask(
                            listener,
                            replyTo -> new ListenerProtocol.Drain(timeout, replyTo),
                            FOREVER,
                            system.scheduler())
                    .thenCompose(report -> stopProcessors(deadline).thenApply(stopped -> report))
                    .whenComplete((report, failure) -> {
                        if (failure == null) {
                            drained.complete(report);
                        } else {
                            drained.completeExceptionally(failure);
                        }
                    });
        }
        return drained;
    }

    private CompletionStage<?> stopProcessors(long deadline) {
        Duration left = Duration.ofNanos(Math.max(0, deadline - System.nanoTime()));
        Duration patience = left.plus(PROCESSOR_STOP);
        return stop(system, supervisor, patience).handle((stopped, hangs) -> {
            if (hangs != null) {
                LOG.warn("the processor has not stopped within {} ms and is left behind", patience.toMillis());
            }
            return stopped;
        });
    }
}

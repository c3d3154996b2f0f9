package io.penstock.server;

import io.penstock.processor.ProcessorFactory;
import io.penstock.processor.ProcessorSupervisor;
import io.penstock.processor.Quarantine;
import io.penstock.processor.SupervisionSettings;
import io.penstock.protocol.ConnectionEvent.Subscriber;
import io.penstock.protocol.ListenerProtocol;
import io.penstock.protocol.ListenerProtocol.Drained;
import io.penstock.protocol.ListenerProtocol.Taken;
import io.penstock.protocol.ProcessorProtocol;
import io.penstock.protocol.QuarantineProtocol;
import io.penstock.protocol.SupervisorProtocol;
import io.penstock.server.tls.CurrentTls;
import io.penstock.server.tls.TlsSource;
import io.penstock.server.tls.TransportSecurity;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.pekko.Done;
import org.apache.pekko.actor.CoordinatedShutdown;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.util.ByteString;
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
    /** The dispatcher of what would keep a stream's thread for long: key exchange, chain validation, reading files. */
    private static final String TASKS = "penstock.tls-dispatcher";

    private static final Duration PUSH_PATIENCE = Duration.ofSeconds(5);

    private static final Logger LOG = LoggerFactory.getLogger(TlsServer.class);
    private static final AtomicInteger COUNTER = new AtomicInteger();

    private final ActorSystem<?> system;
    private final ServerSettings settings;
    private final InetSocketAddress localAddress;
    private final ListenerStatus status;
    private final AtomicBoolean draining = new AtomicBoolean();
    private final CompletableFuture<Drained> drained = new CompletableFuture<>();
    private final ActorRef<ListenerProtocol.Command> listener;
    private final RunningProcessors processors;
    /** Set once, before anybody has this server. */
    private volatile List<ActorRef<FileReloader.Command>> reloaders = List.of();

    private TlsServer(
            ActorSystem<?> system,
            ServerSettings settings,
            InetSocketAddress localAddress,
            ListenerStatus status,
            ActorRef<ListenerProtocol.Command> listener,
            RunningProcessors processors) {
        this.system = system;
        this.settings = settings;
        this.localAddress = localAddress;
        this.status = status;
        this.listener = listener;
        this.processors = processors;
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
                .thenCompose(files -> bind(system, settings, files, supervisor, events));
    }

    /**
     * Binds with a supervisor that several ports share; otherwise as above. It is the caller's: neither a bind that
     * fails nor a drain stops it, {@link SupervisorProtocol.Stop} does.
     */
    public static CompletionStage<TlsServer> bindShared(
            ActorSystem<?> system,
            ServerSettings settings,
            ActorRef<SupervisorProtocol.Command> supervisor,
            Subscriber events) {
        return CompletableFuture.supplyAsync(() -> load(settings), tasks(system))
                .thenCompose(files -> bindShared(system, settings, files, supervisor, events));
    }

    /**
     * Binds with a supervisor that several ports share, and certificates that have been loaded.
     *
     * @param tls empty: plaintext
     */
    public static CompletionStage<TlsServer> bindShared(
            ActorSystem<?> system,
            ServerSettings settings,
            Optional<TlsSource> tls,
            ActorRef<SupervisorProtocol.Command> supervisor,
            Subscriber events) {
        return CompletableFuture.supplyAsync(() -> LoadedFiles.load(settings, same -> tls), tasks(system))
                .thenCompose(files -> bindShared(system, settings, files, supervisor, events));
    }

    static CompletionStage<TlsServer> bindShared(
            ActorSystem<?> system,
            ServerSettings settings,
            LoadedFiles files,
            ActorRef<SupervisorProtocol.Command> supervisor,
            Subscriber events) {
        return bind(settings, files, new RunningProcessors(system, supervisor, false), events, nextName());
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
        return CompletableFuture.supplyAsync(() -> LoadedFiles.load(settings, same -> tls), tasks(system))
                .thenCompose(files -> bind(system, settings, files, supervisor, events));
    }

    private static CompletionStage<TlsServer> bind(
            ActorSystem<?> system,
            ServerSettings settings,
            LoadedFiles files,
            Behavior<SupervisorProtocol.Command> supervisor,
            Subscriber events) {
        String name = nextName();
        return bind(settings, files, RunningProcessors.start(system, supervisor, name + "-processors"), events, name);
    }

    private static String nextName() {
        return "penstock-" + COUNTER.incrementAndGet();
    }

    private static CompletionStage<TlsServer> bind(
            ServerSettings settings, LoadedFiles files, RunningProcessors processors, Subscriber events, String name) {
        ActorSystem<?> system = processors.system();
        Subscriber guarded = new GuardedSubscriber(events);
        Optional<CurrentTls> current = files.tls().map(source -> new CurrentTls(source.first()));
        TransportSecurity security = current.map(
                        certificates -> TransportSecurity.tls(certificates, tasks(system), settings.closeLinger()))
                .orElseGet(() -> TransportSecurity.plaintext(settings.closeLinger()));
        AtomicReference<AddressLists> lists =
                new AtomicReference<>(files.lists().first());
        return start(settings, security, lists::get, processors, guarded, name).whenComplete((server, failure) -> {
            if (failure == null) {
                files.tls()
                        .ifPresent(source ->
                                LOG.info("TLS engine: {}", source.first().engineNote()));
                server.keepUpToDate(reloadable(files, current, lists, settings.name(), guarded), name);
            } else {
                current.ifPresent(CurrentTls::release);
            }
        });
    }

    /** By what their actors are called. */
    private static Map<String, ReloadableFiles> reloadable(
            LoadedFiles files,
            Optional<CurrentTls> current,
            AtomicReference<AddressLists> lists,
            String listener,
            Subscriber events) {
        Map<String, ReloadableFiles> all = new TreeMap<>();
        current.ifPresent(certificates ->
                all.put("-certificates", new CertificateFiles(files.tls().orElseThrow(), certificates, events)));
        if (!files.lists().firstLook().isEmpty()) {
            all.put("-lists", new AddressListFiles(listener, files.lists(), lists, events));
        }
        return all;
    }

    private static LoadedFiles load(ServerSettings settings) {
        LoadedFiles loaded = LoadedFiles.load(settings, TlsServer::certificates);
        loaded.tls().ifPresent(source -> source.first().warnings().forEach(LOG::warn));
        return loaded;
    }

    static Optional<TlsSource> certificates(ServerSettings settings) {
        return settings.tls().map(tls -> TlsSource.load(tls, settings.hostname(), Clock.systemUTC()));
    }

    private void keepUpToDate(Map<String, ReloadableFiles> files, String name) {
        List<ActorRef<FileReloader.Command>> actors = files.entrySet().stream()
                .map(one -> system.systemActorOf(
                        FileReloader.create(one.getValue(), tasks(system)), name + one.getKey(), Props.empty()))
                .toList();
        reloaders = actors;
        whenStopped().whenComplete((done, failure) -> actors.forEach(actor -> actor.tell(new FileReloader.Stop())));
    }

    static Executor tasks(ActorSystem<?> system) {
        return system.dispatchers().lookup(DispatcherSelector.fromConfig(TASKS));
    }

    private static CompletionStage<TlsServer> start(
            ServerSettings settings,
            TransportSecurity security,
            Supplier<AddressLists> lists,
            RunningProcessors processors,
            Subscriber events,
            String name) {
        return processors
                .ready()
                .thenCompose(ready -> Quarantine.get(ready.system())
                        .openIfUsed()
                        .thenCompose(quarantine -> listen(settings, security, lists, ready, events, name, quarantine)))
                .exceptionallyCompose(failure ->
                        processors.discard().thenCompose(stopped -> CompletableFuture.failedStage(unwrap(failure))));
    }

    private static CompletionStage<TlsServer> listen(
            ServerSettings settings,
            TransportSecurity security,
            Supplier<AddressLists> lists,
            RunningProcessors processors,
            Subscriber events,
            String name,
            Optional<ActorRef<QuarantineProtocol.Command>> quarantine) {
        ActorSystem<?> system = processors.system();
        // Here its faults reach whoever binds.
        MemoryBudget.get(system);
        ListenerStatus status = new ListenerStatus();
        ActorRef<ListenerProtocol.Command> listener = system.systemActorOf(
                Listener.create(settings, security, lists, processors.supervisor(), events, status, quarantine),
                name,
                Props.empty());
        return status.bound().thenApply(address -> {
            quarantine.ifPresent(keeper -> keeper.tell(new QuarantineProtocol.Serve(
                    settings.name(), settings.framing().protocol(), processors.supervisor())));
            return new TlsServer(system, settings, address, status, listener, processors);
        });
    }

    static Throwable unwrap(Throwable failure) {
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

    /** Whether frames are taken and processed now. Answers at once, on any thread. */
    public ServerState state() {
        return status.state();
    }

    /**
     * Whether clients should be sent here, for a readiness probe: false while the processor cannot work, and true again by
     * itself once it does; false from {@link #suspend()} to {@link #resume()}; false for good from the beginning of a drain.
     */
    public boolean isReady() {
        return state() instanceof ServerState.Ready;
    }

    /** The actor of the port. */
    public ActorRef<ListenerProtocol.Command> listener() {
        return listener;
    }

    /**
     * Sends a payload to the peer of a connection, at any time while it is open, framed by the connection's protocol.
     * One that the protocol cannot carry ends the connection. There is no back-pressure: what a peer does not take
     * waits in memory until it does or the connection ends.
     *
     * @param connection the id of {@link io.penstock.protocol.ConnectionInfo}
     * @return how many connections took it: 1, or 0 when it is not open. That the peer has it nobody knows
     */
    public CompletionStage<Integer> send(long connection, ByteString payload) {
        return push(replyTo -> new ListenerProtocol.Send(connection, payload, replyTo));
    }

    /**
     * {@link #send} to every open connection of a client.
     *
     * @param identity one of the names of its certificate, as {@link io.penstock.protocol.ClientIdentity#isNamed} has it
     * @return how many connections took it
     */
    public CompletionStage<Integer> sendTo(String identity, ByteString payload) {
        return push(replyTo -> new ListenerProtocol.SendTo(identity, payload, replyTo));
    }

    /**
     * Closes a connection once what it is owed has been sent.
     *
     * @param reason for the log
     * @return how many connections took it: 1, or 0 when it is not open
     */
    public CompletionStage<Integer> disconnect(long connection, String reason) {
        return push(replyTo -> new ListenerProtocol.Disconnect(connection, reason, replyTo));
    }

    private CompletionStage<Integer> push(Function<ActorRef<Taken>, ListenerProtocol.Command> message) {
        return asked(message, new Taken(0)).thenApply(Taken::connections);
    }

    /** The listener answers at once, or has stopped and never will. */
    private <A> CompletionStage<A> asked(Function<ActorRef<A>, ListenerProtocol.Command> message, A whenStopped) {
        if (status.stopped().isDone()) {
            return CompletableFuture.completedStage(whenStopped);
        }
        return Stages.<ListenerProtocol.Command, A>ask(listener, message::apply, PUSH_PATIENCE, system)
                .exceptionallyCompose(failure -> status.stopped().isDone()
                        ? CompletableFuture.completedStage(whenStopped)
                        : CompletableFuture.failedStage(unwrap(failure)));
    }

    /**
     * Stops accepting: who connects waits in the system's backlog, as long as there is room. Connections that are open go
     * on. {@link #isReady()} is false, so that a balancer sends clients elsewhere. One connection that comes first may be
     * accepted already; it is not read from, and should this take longer than {@code pekko.io.tcp.register-timeout} it is
     * closed, and its client has to come again.
     *
     * @return completes once it is in force
     */
    public CompletionStage<Done> suspend() {
        return asked(ListenerProtocol.Suspend::new, Done.getInstance());
    }

    /** Accepts again. */
    public CompletionStage<Done> resume() {
        return asked(ListenerProtocol.Resume::new, Done.getInstance());
    }

    /** Completes when the port has been drained; fails when it is not listened on any more for another reason. */
    public CompletionStage<Done> whenStopped() {
        return status.stopped();
    }

    /**
     * Looks at the files of certificates, keys, client CAs, revocation lists and addresses now, also where {@code
     * tls.reload-interval} is off, and lets new connections go by what has changed. Those that are open go on.
     */
    public CompletionStage<ReloadResult> reload() {
        return Servers.all(
                        reloaders,
                        actor -> Stages.<FileReloader.Command, ReloadResult>ask(
                                actor, FileReloader.Reload::new, RunningProcessors.FOREVER, system))
                .thenApply(ReloadResult::summed);
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
     * Stops: not ready at once, after {@link DrainSettings#preStopDelay()} accepts no more, lets every connection finish
     * what it has received, at {@link DrainSettings#rate()}, closes them and then the processors. What is left {@link
     * DrainSettings#timeout()} later is cut and reported, and what does not stop then is left behind within a second. A
     * shared supervisor goes on. Called again, it answers with the first call's result.
     */
    public CompletionStage<Drained> drain() {
        return drain(settings.drain().preStopDelay(), settings.drain().timeout());
    }

    /** {@link #drain()} with another timeout, and without the delay. */
    public CompletionStage<Drained> drain(Duration timeout) {
        return drain(Duration.ZERO, timeout);
    }

    private CompletionStage<Drained> drain(Duration delay, Duration timeout) {
        if (draining.compareAndSet(false, true)) {
            long deadline = System.nanoTime() + delay.plus(timeout).toNanos();
            Stages.<ListenerProtocol.Command, Drained>ask(
                            listener,
                            replyTo -> new ListenerProtocol.Drain(delay, timeout, replyTo),
                            RunningProcessors.FOREVER,
                            system)
                    .thenCompose(report -> processors.stopBy(deadline).thenApply(stopped -> report))
                    .whenComplete(Stages.completing(drained));
        }
        return drained;
    }
}

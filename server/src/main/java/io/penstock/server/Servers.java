package io.penstock.server;

import io.penstock.processor.ProcessorSupervisor;
import io.penstock.protocol.ConnectionEvent.Subscriber;
import io.penstock.protocol.ListenerProtocol.Drained;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.util.ByteString;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All listeners of a configuration, each a {@link TlsServer}. Those with the same {@link ProcessorSettings} share a
 * processor, as two processors could not have the same file.
 *
 * <pre>
 *   Servers.bind(system, ListenerSettings.from(system.settings().config()))
 *       .thenAccept(servers -&gt; servers.all().forEach(server -&gt; log.info("{}", server.localAddress())));
 * </pre>
 *
 * Thread-safe.
 */
public final class Servers {
    private static final Logger LOG = LoggerFactory.getLogger(TlsServer.class);
    private static final Duration AT_ONCE = Duration.ofMillis(1);
    private static final AtomicInteger COUNTER = new AtomicInteger();

    private final List<TlsServer> servers;
    private final Collection<RunningProcessors> processors;
    private final AtomicBoolean draining = new AtomicBoolean();
    private final CompletableFuture<Drained> drained = new CompletableFuture<>();

    private Servers(List<TlsServer> servers, Collection<RunningProcessors> processors) {
        this.servers = List.copyOf(servers);
        this.processors = processors;
    }

    /**
     * Binds all, with events going to the log.
     *
     * @return completes when all accept. Otherwise none does: it fails with {@link
     *     io.penstock.protocol.InvalidSettingsException} when certificates are wrong, with {@link
     *     ListenerFailedException} when a port cannot be had, with a processor's failure when there can be none
     */
    public static CompletionStage<Servers> bind(ActorSystem<?> system, List<ListenerSettings> listeners) {
        return CompletableFuture.supplyAsync(() -> load(listeners), TlsServer.tasks(system))
                .thenCompose(loaded -> bind(system, loaded, EventLog.create()));
    }

    /**
     * Binds all with certificates that have been loaded; otherwise as above.
     *
     * @param events told everything that happens to connections
     */
    public static CompletionStage<Servers> bind(
            ActorSystem<?> system, List<LoadedListener> listeners, Subscriber events) {
        Map<ProcessorSettings, RunningProcessors> processors = new LinkedHashMap<>();
        listeners.forEach(
                one -> processors.computeIfAbsent(one.settings().processors(), settings -> start(system, settings)));
        CompletionStage<?> started = CompletableFuture.completedStage(Done.getInstance());
        for (RunningProcessors one : processors.values()) {
            started = started.thenCompose(before -> one.ready());
        }
        List<TlsServer> servers = new ArrayList<>();
        for (LoadedListener listener : listeners) {
            started = started.thenCompose(before -> bind(
                            listener,
                            Objects.requireNonNull(
                                    processors.get(listener.settings().processors())),
                            events))
                    .thenAccept(servers::add);
        }
        return started.thenApply(last -> new Servers(servers, processors.values()))
                .exceptionallyCompose(failure -> close(servers, processors.values())
                        .thenCompose(closed -> CompletableFuture.failedStage(TlsServer.unwrap(failure))));
    }

    private static List<LoadedListener> load(List<ListenerSettings> listeners) {
        List<LoadedListener> loaded = LoadedListener.all(listeners, TlsServer::certificates);
        loaded.stream()
                .filter(listener -> listener.tls().isPresent())
                .flatMap(listener -> listener.warnings().stream())
                .distinct()
                .forEach(LOG::warn);
        return loaded;
    }

    private static RunningProcessors start(ActorSystem<?> system, ProcessorSettings settings) {
        return RunningProcessors.start(
                system,
                ProcessorSupervisor.create(settings.factory(), settings.supervision()),
                "penstock-processors-" + COUNTER.incrementAndGet());
    }

    private static CompletionStage<TlsServer> bind(
            LoadedListener listener, RunningProcessors processors, Subscriber events) {
        ListenerSettings settings = listener.settings();
        return TlsServer.bindShared(
                        processors.system(),
                        settings.server(),
                        listener.files(),
                        processors.supervisor(),
                        settings.isNamed() ? new NamedFileEvents(settings.names(), events) : events)
                .exceptionallyCompose(failure -> CompletableFuture.failedStage(
                        new ListenerFailedException(settings, TlsServer.unwrap(failure))));
    }

    /** After a start that failed: nobody was told of a port yet. */
    private static CompletionStage<?> close(List<TlsServer> servers, Collection<RunningProcessors> processors) {
        return all(servers, server -> server.drain(AT_ONCE))
                .thenCompose(closed -> all(List.copyOf(processors), RunningProcessors::discard));
    }

    /** Each port, in the order of the listeners. */
    public List<TlsServer> all() {
        return servers;
    }

    /** The port of a listener by its name. */
    public Optional<TlsServer> named(String listener) {
        return servers.stream()
                .filter(server -> server.settings().name().equals(listener))
                .findFirst();
    }

    /** {@link TlsServer#state()} of each port by its listener's name, in the order of the listeners. */
    public Map<String, ServerState> states() {
        Map<String, ServerState> states = new LinkedHashMap<>();
        servers.forEach(server -> states.put(server.settings().name(), server.state()));
        return states;
    }

    /** Whether {@link TlsServer#isReady() all} are. */
    public boolean isReady() {
        return servers.stream().allMatch(TlsServer::isReady);
    }

    /** {@link TlsServer#send} to a connection of whichever port. */
    public CompletionStage<Integer> send(long connection, ByteString payload) {
        return counted(server -> server.send(connection, payload));
    }

    /** {@link TlsServer#sendTo} to every open connection of a client, of all ports. */
    public CompletionStage<Integer> sendTo(String identity, ByteString payload) {
        return counted(server -> server.sendTo(identity, payload));
    }

    /** {@link TlsServer#disconnect} for a connection of whichever port. */
    public CompletionStage<Integer> disconnect(long connection, String reason) {
        return counted(server -> server.disconnect(connection, reason));
    }

    private CompletionStage<Integer> counted(Function<TlsServer, CompletionStage<Integer>> push) {
        return all(servers, push)
                .thenApply(counts -> counts.stream().mapToInt(Integer::intValue).sum());
    }

    /** {@link TlsServer#suspend()} of all. */
    public CompletionStage<Done> suspend() {
        return all(servers, TlsServer::suspend).thenApply(suspended -> Done.getInstance());
    }

    /** {@link TlsServer#resume()} of all. */
    public CompletionStage<Done> resume() {
        return all(servers, TlsServer::resume).thenApply(resumed -> Done.getInstance());
    }

    /**
     * Fails when one of the ports is not listened on any more for another reason than a drain, else completes when all
     * have been drained.
     */
    public CompletionStage<Done> whenStopped() {
        CompletableFuture<Done> stopped = new CompletableFuture<>();
        servers.forEach(server -> server.whenStopped().whenComplete((done, failure) -> {
            if (failure != null) {
                stopped.completeExceptionally(failure);
            }
        }));
        all(servers, TlsServer::whenStopped).thenAccept(done -> stopped.complete(Done.getInstance()));
        return stopped;
    }

    /**
     * {@link TlsServer#reload()} of all.
     *
     * @return refused when any was, with the problems of all; else reloaded when any was
     */
    public CompletionStage<ReloadResult> reload() {
        return all(servers, TlsServer::reload).thenApply(ReloadResult::summed);
    }

    /**
     * {@link TlsServer#drain()} of all at the same time, then the processors stop.
     *
     * @return the sum of what all have lost; the first call's result when called again
     */
    public CompletionStage<Drained> drain() {
        if (draining.compareAndSet(false, true)) {
            Duration longest = servers.stream()
                    .map(server -> server.settings().drain().longest())
                    .max(Comparator.naturalOrder())
                    .orElse(AT_ONCE);
            long deadline = System.nanoTime() + longest.toNanos();
            all(servers, TlsServer::drain)
                    .thenApply(Servers::sum)
                    .thenCompose(report -> all(List.copyOf(processors), one -> one.stopBy(deadline))
                            .thenApply(stopped -> report))
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

    private static Drained sum(List<Drained> reports) {
        return new Drained(
                reports.stream().mapToInt(Drained::cut).sum(),
                reports.stream().mapToLong(Drained::lostFrames).sum(),
                reports.stream().mapToLong(Drained::lostBytes).sum());
    }

    /** Does the same with all at once. */
    static <T, R> CompletionStage<List<R>> all(List<T> them, Function<T, CompletionStage<R>> action) {
        List<CompletableFuture<R>> begun = them.stream()
                .map(one -> action.apply(one).toCompletableFuture())
                .toList();
        return CompletableFuture.allOf(begun.toArray(CompletableFuture[]::new))
                .thenApply(done -> begun.stream().map(CompletableFuture::join).toList());
    }
}

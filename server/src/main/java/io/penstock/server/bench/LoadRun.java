package io.penstock.server.bench;

import io.penstock.server.bench.LoadProgress.Phase;
import io.penstock.server.tls.ClientConnection;
import io.penstock.server.tls.ClientConnector;
import io.penstock.server.tls.ClientFailedException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * One load, from the first connection to the figures. A thread for each connection, as the client's TLS is blocking; the
 * caller's thread only watches.
 *
 * <pre>
 *   one connection to see that it works ─▶ open all ─▶ warm up ─▶ measure ─▶ end in order ─▶ figures
 *                                             └───────────┴─ stop() ─┴───────────▲
 * </pre>
 */
public final class LoadRun {
    private static final long TICK = TimeUnit.SECONDS.toNanos(1);

    /** For what is under way at the end, and for the server to end connections. */
    private static final Duration GRACE = Duration.ofSeconds(5);

    /** The same when somebody waits for the end. */
    private static final Duration LITTLE_GRACE = Duration.ofSeconds(1);

    private final LoadPlan plan;
    private final LoadClock clock = LoadClock.SYSTEM;
    private final Window window = new Window();
    private final Measurements measurements = new Measurements(window);
    private final Pulse pulse;
    private final OwnCpu cpu = new OwnCpu();
    private final Crew crew = new Crew();
    private final CompletableFuture<Void> stopped = new CompletableFuture<>();
    private volatile boolean looked;

    /**
     * @param progress is told once a second, on the thread that calls {@link #run}
     */
    public LoadRun(LoadPlan plan, Consumer<LoadProgress> progress) {
        this.plan = plan;
        this.pulse = new Pulse(measurements, progress, clock.nanos());
    }

    /**
     * Ends the measuring now; what has been measured until then is the result. From any thread.
     *
     * @return whether there will be one: not before the server has been seen to work
     */
    public boolean stop() {
        stopped.complete(null);
        return looked;
    }

    /**
     * Runs to the end.
     *
     * @throws ClientFailedException when already the first connection does not work; then there is no load
     * @throws IllegalArgumentException when the server's name cannot be one
     */
    public LoadResult run() throws ClientFailedException {
        ClientConnector connector = ClientConnector.to(plan.client(), plan.host(), plan.port());
        Optional<String> negotiated = look(connector);
        looked = true;
        hire(connector);
        double seconds = plan.mode() == LoadMode.IDLE ? hold() : measure();
        boolean interrupted = stopped.isDone();
        crew.finish(interrupted ? LITTLE_GRACE : GRACE);
        return result(negotiated, interrupted, seconds);
    }

    /** To the end of it: who does not like a client's certificate says so only after the handshake. */
    private static Optional<String> look(ClientConnector connector) throws ClientFailedException {
        try (ClientConnection connection = connector.connect()) {
            connection.limitReads();
            Endings.inOrder(connection);
            return connection.negotiated();
        }
    }

    private void hire(ClientConnector connector) {
        long now = clock.nanos();
        Dialer dialer = new Dialer(connector);
        byte[] line = line(plan.size());
        for (int i = 0; i < plan.connections(); i++) {
            int index = i;
            Work work = switch (plan.mode()) {
                case HANDSHAKES -> new HandshakeWork(connector, false, measurements, clock);
                case RESUMED -> new HandshakeWork(connector, true, measurements, clock);
                case INGEST -> new IngestWork(dialer, line, measurements, clock);
                case ECHO -> new EchoWork(dialer, line, measurements, clock);
                case IDLE -> new IdleWork(dialer, schedule(index, now), window, measurements, clock);
            };
            crew.add(new Worker(work, begun -> schedule(index, begun), window, measurements, clock));
        }
    }

    private static byte[] line(int size) {
        return ("x".repeat(Math.max(0, size - 1)) + "\n").getBytes(StandardCharsets.US_ASCII);
    }

    /** The units of all connections follow each other in turn. */
    private Schedule schedule(int index, long begun) {
        if (plan.rate().isEmpty()) {
            return Schedule.asAnswersCome();
        }
        double apart = TimeUnit.SECONDS.toNanos(1) / plan.rate().getAsDouble();
        return Schedule.every(begun + (long) (index * apart), apart * plan.connections());
    }

    private double measure() {
        boolean goesOn = open();
        long now = clock.nanos();
        window.set(
                now + plan.warmup().toNanos(),
                now + plan.warmup().plus(plan.duration()).toNanos());
        crew.begin(now);
        goesOn = goesOn && watch(Phase.WARMING_UP, now, window.from());
        cpu.start();
        if (goesOn) {
            watch(Phase.MEASURING, window.from(), window.to());
        }
        end();
        return window.seconds(clock.nanos());
    }

    /** The opening is what is measured; then nothing has to happen. */
    private double hold() {
        window.begin(clock.nanos());
        cpu.start();
        boolean goesOn = open();
        long now = clock.nanos();
        double seconds = window.seconds(now);
        crew.begin(now);
        if (goesOn) {
            watch(Phase.MEASURING, now, now + plan.duration().toNanos());
        }
        end();
        return seconds;
    }

    private void end() {
        window.end(clock.nanos());
        cpu.stop();
    }

    /** Whether it was not stopped. */
    private boolean open() {
        long begun = clock.nanos();
        CompletableFuture<?> either = CompletableFuture.anyOf(crew.start(), stopped);
        while (!isDone(either, TICK)) {
            pulse.beat(Phase.OPENING, crew.connected(), begun, clock.nanos());
        }
        return !stopped.isDone();
    }

    /** Whether it was not stopped. */
    private boolean watch(Phase phase, long from, long until) {
        for (long left = until - clock.nanos(); left > 0 && !crew.isDone(); left = until - clock.nanos()) {
            if (isDone(stopped, Math.min(TICK, left))) {
                return false;
            }
            pulse.beat(phase, crew.connected(), from, clock.nanos());
        }
        return true;
    }

    private static boolean isDone(CompletableFuture<?> future, long nanos) {
        try {
            future.get(nanos, TimeUnit.NANOSECONDS);
            return true;
        } catch (TimeoutException notYet) {
            return false;
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    private LoadResult result(Optional<String> negotiated, boolean interrupted, double seconds) {
        boolean timed = plan.mode() != LoadMode.INGEST || plan.rate().isPresent();
        return new LoadResult(
                plan,
                negotiated,
                interrupted,
                seconds,
                measurements.units(),
                measurements.bytesSent(),
                measurements.bytesReceived(),
                crew.connected(),
                timed ? Optional.of(measurements.latency()) : Optional.empty(),
                measurements.unanswered(),
                measurements.failures(),
                cpu.used(),
                cpu.available());
    }
}

package io.penstock.server.cli;

import io.penstock.protocol.InvalidSettingsException;
import io.penstock.protocol.ListenerProtocol.Drained;
import io.penstock.server.DrainSettings;
import io.penstock.server.ListenerFailedException;
import io.penstock.server.ListenerSettings;
import io.penstock.server.ReloadResult;
import io.penstock.server.cli.ServerStarter.Prepared;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.IntConsumer;
import org.slf4j.Logger;

/**
 * One run of the server: bind, tell, wait for a signal, drain.
 *
 * <pre>
 *   starting ──bound──▶ running ──first TERM or INT──▶ draining ──▶ exit 0
 *      │                   │                              │
 *      └─cannot bind─▶ 1   └─fails─▶ exit 1               └─second signal─▶ halt 1
 * </pre>
 *
 * A signal during the start is remembered, and drains as soon as all ports are bound.
 */
final class ServeRun {
    private final ServeSettings settings;
    private final Prepared prepared;
    private final Surroundings process;
    private final Logger log;
    private final Optional<ReadyFile> readyFile;
    private final AtomicBoolean stopping = new AtomicBoolean();
    private final CompletableFuture<RunningServer> running = new CompletableFuture<>();
    private final CompletableFuture<Integer> exit = new CompletableFuture<>();

    /**
     * What a run needs of the process it is in.
     *
     * @param halt ends it at once, without any clean-up
     */
    record Surroundings(Signals signals, IntConsumer halt, long pid) {
        /** The real one. */
        static Surroundings current() {
            return new Surroundings(
                    Signals.ofTheProcess(),
                    Runtime.getRuntime()::halt,
                    ProcessHandle.current().pid());
        }
    }

    ServeRun(ServeSettings settings, Prepared prepared, Surroundings process, Logger log) {
        this.settings = settings;
        this.prepared = prepared;
        this.process = process;
        this.log = log;
        this.readyFile = settings.readyFile().map(ReadyFile::new);
    }

    /** Runs to the end; the exit code. */
    int run() {
        on("TERM", () -> stop("SIGTERM"));
        on("INT", () -> stop("SIGINT"));
        on("HUP", this::reload);
        try {
            if (readyFile.isPresent()) {
                readyFile.get().clear();
            }
            RunningServer server = prepared.start().toCompletableFuture().join();
            announce(server);
            server.failed().whenComplete((ended, failure) -> {
                if (failure != null) {
                    exit.complete(failed(failure));
                }
            });
            running.complete(server);
            return exit.join();
        } catch (CompletionException e) {
            return failed(e);
        } catch (IOException e) {
            log.error("the ready file cannot be written: {}", e.toString());
            return 1;
        } finally {
            readyFile.ifPresent(ReadyFile::remove);
        }
    }

    /** Windows has no HUP, and under -Xrs the JVM leaves signals to the system: the server runs all the same. */
    private void on(String signal, Runnable action) {
        try {
            process.signals().on(signal, action);
        } catch (IllegalArgumentException e) {
            log.debug("SIG{} is not handled here: {}", signal, e.toString());
        }
    }

    private void announce(RunningServer server) throws IOException {
        List<ReadyJson.Entry> entries = new ArrayList<>();
        for (int i = 0; i < settings.listeners().size(); i++) {
            ListenerSettings listener = settings.listeners().get(i);
            int port = server.ports().get(i);
            Address address = new Address(listener.server().host(), port);
            String name = listener.server().name();
            log.info(
                    "listening on {}{}{}",
                    address,
                    Backlog.note(listener.server().backlog()),
                    listener.isNamed() ? " (" + name + ")" : "");
            prepared.listeners()
                    .get(i)
                    .trustCommand(port)
                    .ifPresent(line ->
                            log.info("development certificate, try: penstock send localhost:{}, or: {}", port, line));
            entries.add(new ReadyJson.Entry(name, address));
        }
        if (readyFile.isPresent()) {
            readyFile.get().write(ReadyJson.of(entries, process.pid()));
        }
    }

    private void reload() {
        log.info("SIGHUP: looking at the certificates");
        CompletionStage<ReloadResult> reload = running.thenCompose(RunningServer::reload);
        reload.whenComplete((result, failure) -> {
            if (failure != null) {
                log.error("SIGHUP: the certificates could not be looked at", failure);
            } else if (result instanceof ReloadResult.Unchanged) {
                log.info("SIGHUP: nothing has changed");
            }
        });
    }

    private void stop(String signal) {
        if (stopping.compareAndSet(false, true)) {
            // Who probes the file is to send nobody any more.
            readyFile.ifPresent(ReadyFile::remove);
            log.info(
                    "{}: draining{}, connections have {}; a second signal ends at once",
                    signal,
                    longest(DrainSettings::preStopDelay)
                            .filter(delay -> !delay.isZero())
                            .map(delay -> " after another " + words(delay))
                            .orElse(""),
                    longest(DrainSettings::timeout).map(ServeRun::words).orElseThrow());
            CompletionStage<Drained> drain = running.thenCompose(RunningServer::drain);
            drain.whenComplete(
                    (drained, failure) -> exit.complete(failure == null ? drained(drained) : failed(failure)));
        } else {
            log.warn("{}: ending at once, connections are cut", signal);
            readyFile.ifPresent(ReadyFile::remove);
            process.halt().accept(1);
        }
    }

    private Optional<Duration> longest(Function<DrainSettings, Duration> of) {
        return settings.listeners().stream()
                .map(listener -> of.apply(listener.server().drain()))
                .max(Comparator.naturalOrder());
    }

    private static String words(Duration duration) {
        return duration.toString().substring(2).toLowerCase(Locale.ROOT);
    }

    private int drained(Drained drained) {
        if (drained.cut() == 0 && drained.lostFrames() == 0 && drained.lostBytes() == 0) {
            log.info("stopped, the drain lost nothing");
        } else {
            log.warn(
                    "stopped: {} connections were cut, {} frames and {} bytes received were not processed",
                    drained.cut(),
                    drained.lostFrames(),
                    drained.lostBytes());
        }
        return 0;
    }

    /** A failure whose reason is outside has words; any other is ours, and shows where. */
    private int failed(Throwable failure) {
        Throwable reason =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (reason instanceof InvalidSettingsException invalid) {
            invalid.problems().forEach(log::error);
            return 2;
        }
        if (reason instanceof ListenerFailedException listener) {
            return failed(listener.listener(), Objects.requireNonNull(listener.getCause()));
        }
        return failed("", reason);
    }

    private int failed(ListenerSettings listener, Throwable reason) {
        String who = listener.isNamed() ? "listener " + listener.server().name() + ": " : "";
        Optional<String> words = BindFailure.explain(reason, listener);
        words.ifPresent(line -> log.error("{}{}", who, line));
        return words.isPresent() ? 1 : failed(who, reason);
    }

    private int failed(String who, Throwable reason) {
        if (reason instanceof IOException) {
            // The plain kind comes with whole sentences, of the others the name is half of what they say.
            log.error(
                    "{}the server cannot run: {}",
                    who,
                    reason.getClass() == IOException.class ? reason.getMessage() : reason.toString());
        } else {
            log.error(who + "the server failed", reason);
        }
        return 1;
    }
}

package io.penstock.server.cli;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** One {@code bench}, and the signal that ends it. */
final class Bench {
    private final Sender sender;
    private final CompletableFuture<Runnable> interrupt = new CompletableFuture<>();

    Bench(Sender sender) {
        this.sender = sender;
    }

    /** Ctrl-C. */
    void interrupt() {
        interrupt.join().run();
    }

    Run run(String... words) {
        return run(false, words);
    }

    Run onATerminal(String... words) {
        return run(true, words);
    }

    private Run run(boolean isTerminal, String... words) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Terminal terminal = new Terminal(
                java.io.InputStream.nullInputStream(),
                Run.stream(out),
                Run.stream(err),
                Map.of("PENSTOCK_HOME", sender.directory().toString()),
                isTerminal,
                isTerminal);
        ServeRun.Surroundings process = new ServeRun.Surroundings(
                (signal, action) -> {
                    if (signal.equals("INT")) {
                        interrupt.complete(action);
                    }
                },
                code -> {
                    throw new AssertionError("halted");
                },
                42);
        List<String> all = new ArrayList<>(List.of("bench"));
        all.addAll(Arrays.asList(words));
        int code = new CommandLineProgram(
                        terminal,
                        (settings, home) -> {
                            throw new AssertionError("not to be started");
                        },
                        (variables, hostname) -> {
                            throw new AssertionError("not to be made");
                        },
                        process)
                .run(all.toArray(String[]::new));
        return new Run(code, Run.text(out), Run.text(err));
    }
}

package io.penstock.server.cli;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

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

    /** A load of a server that is trusted, without warm-up; it ends by {@link #interrupt}. */
    Run load(LocalServer server, String... words) {
        return run(false, endless(server, words));
    }

    Run loadOnATerminal(LocalServer server, String... words) {
        return run(true, endless(server, words));
    }

    private String[] endless(LocalServer server, String... words) {
        return Stream.concat(Stream.of(words), Stream.of(sender.trusted(), "-t60s", "--warmup=0s", server.address()))
                .toArray(String[]::new);
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
        int code = Run.run(terminal, process, all.toArray(String[]::new));
        return new Run(code, Run.text(out), Run.text(err));
    }
}

package io.penstock.distribution;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** {@code openssl s_client}, which trusts the development CA alone and gives up unless it can. */
final class SClient implements AutoCloseable {
    private final Running running;

    private SClient(Running running) {
        this.running = running;
    }

    /** Connects; whether it could is said by {@link #output()}. */
    static SClient connect(Server server, Path directory, String... options) {
        List<String> command = new ArrayList<>(List.of(
                "openssl",
                "s_client",
                "-connect",
                "localhost:" + server.port(),
                "-CAfile",
                server.ca().toString(),
                "-verify_return_error",
                "-verify_hostname",
                "localhost"));
        command.addAll(List.of(options));
        return new SClient(Running.start(new ProcessBuilder(command), directory));
    }

    /** Types, without the end of a line unless the text has one. */
    SClient type(String text) {
        try {
            running.process().getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
            running.process().getOutputStream().flush();
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    boolean isAlive() {
        return running.process().isAlive();
    }

    String output() {
        return running.out() + running.err();
    }

    /** Ctrl-D: the client says goodbye and ends; its exit code. */
    int end() {
        try {
            running.process().getOutputStream().close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return running.exit();
    }

    /**
     * Ctrl-C: the client ends without a word. What runs in the background of a shell ignores SIGINT, so SIGKILL comes
     * behind it: to the server they look alike.
     */
    void interrupt() {
        String pid = Long.toString(running.process().pid());
        try {
            new ProcessBuilder("sh", "-c", "kill -INT $0 && kill -KILL $0", pid)
                    .start()
                    .waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        running.exit();
    }

    @Override
    public void close() {
        running.close();
    }
}

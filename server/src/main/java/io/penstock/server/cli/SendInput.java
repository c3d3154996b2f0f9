package io.penstock.server.cli;

import io.penstock.protocol.InvalidSettingsException;
import io.penstock.protocol.Protocol;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What is to be sent: files one after the other, of which {@code -} is stdin, in frames of a protocol. Bytes pass as they
 * are read, so that a typed line goes out at once and nothing is held. A delimited protocol's last frame gets the
 * delimiter that a file's end stands for, lest two files make one frame.
 */
final class SendInput {
    private static final int CHUNK = 64 * 1024;
    private static final byte LF = '\n';

    private final List<String> names;
    private final InputStream stdin;
    private final boolean delimited;

    SendInput(List<String> names, InputStream stdin, Protocol protocol) {
        this.names = List.copyOf(names);
        this.stdin = stdin;
        this.delimited = protocol.delimited();
    }

    /** Takes bytes of the array that are good until it returns. */
    interface Sink {
        void write(byte[] bytes, int offset, int length) throws IOException;
    }

    /**
     * Looks at the files before anything is sent.
     *
     * @throws InvalidSettingsException with a line for each that cannot be read
     */
    void check() {
        List<String> problems = new ArrayList<>();
        for (String name : names) {
            Path file = Path.of(name);
            if (!isStdin(name) && (!Files.isReadable(file) || Files.isDirectory(file))) {
                problems.add(name + ": " + fault(file) + " (expected: a file to send)");
            }
        }
        if (!problems.isEmpty()) {
            throw new InvalidSettingsException(problems);
        }
    }

    private static String fault(Path file) {
        if (Files.isDirectory(file)) {
            return "is a directory";
        }
        return Files.exists(file) ? "cannot be read" : "no such file";
    }

    private static boolean isStdin(String name) {
        return name.equals("-");
    }

    /** Sends everything; fails with the sink's failure, or with one that names the file. */
    void sendTo(Sink sink) throws IOException {
        for (String name : names) {
            if (isStdin(name)) {
                send(name, stdin, sink);
            } else {
                try (InputStream file = Files.newInputStream(Path.of(name))) {
                    send(name, file, sink);
                }
            }
        }
    }

    private void send(String name, InputStream from, Sink sink) throws IOException {
        byte[] chunk = new byte[CHUNK];
        byte last = LF;
        for (int count = read(name, from, chunk); count >= 0; count = read(name, from, chunk)) {
            sink.write(chunk, 0, count);
            last = count > 0 ? chunk[count - 1] : last;
        }
        if (delimited && last != LF) {
            sink.write(new byte[] {LF}, 0, 1);
        }
    }

    private static int read(String name, InputStream from, byte[] chunk) throws IOException {
        try {
            return from.read(chunk);
        } catch (IOException e) {
            throw new IOException((isStdin(name) ? "stdin" : name) + " cannot be read: " + e.getMessage(), e);
        }
    }
}

package io.penstock.server.cli;

import io.penstock.processor.Escaper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import org.apache.pekko.util.ByteString;
import org.jspecify.annotations.Nullable;

/** Where replies go: byte for byte, but escaped on a terminal, which a server must not steer. For one thread. */
final class SendOutput {
    private final PrintStream out;
    private final @Nullable Escaper escaper;

    SendOutput(PrintStream out, boolean isTerminal) {
        this.out = out;
        this.escaper = isTerminal ? Escaper.ofStream() : null;
    }

    /** Shows what has come, at once. */
    void write(byte[] bytes, int length) throws IOException {
        if (escaper == null) {
            out.write(bytes, 0, length);
        } else {
            ByteArrayOutputStream shown = new ByteArrayOutputStream(length);
            escaper.escape(ByteString.fromArray(bytes, 0, length), shown);
            out.write(shown.toByteArray(), 0, shown.size());
        }
        // Flushes, too; a PrintStream keeps its failures to itself.
        if (out.checkError()) {
            throw new IOException("stdout cannot be written: is its reader gone?");
        }
    }

    /** Nothing more comes. */
    void end() {
        if (escaper != null) {
            ByteArrayOutputStream rest = new ByteArrayOutputStream();
            escaper.end(rest);
            out.write(rest.toByteArray(), 0, rest.size());
            out.flush();
        }
    }
}

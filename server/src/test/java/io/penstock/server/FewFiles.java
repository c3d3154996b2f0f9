package io.penstock.server;

import io.penstock.processor.Processors;
import io.penstock.protocol.ConnectionEvent;
import io.penstock.protocol.ConnectionEvent.Held;
import io.penstock.protocol.ConnectionEvent.Resumed;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A process of its own with a hard limit of open files, whose server echoes until standard input ends. */
final class FewFiles {
    /** Files that are open for something else, as many as the reserve has room for. */
    private static final int OTHERS = 64;

    private FewFiles() {}

    /** Prints the port, and a word for each time that accepting is held or goes on. */
    public static void main(String[] args) throws IOException {
        List<InputStream> others = new ArrayList<>();
        for (int i = 0; i < OTHERS; i++) {
            others.add(Files.newInputStream(Path.of("/dev/null")));
        }
        try (Harness harness = Harness.plaintext(Processors.echo())) {
            System.out.println(harness.server().localAddress().getPort());
            Thread events = new Thread(() -> tell(harness));
            events.setDaemon(true);
            events.start();
            System.in.readAllBytes();
        }
        for (InputStream other : others) {
            other.close();
        }
        System.exit(0);
    }

    private static void tell(Harness harness) {
        try {
            while (true) {
                ConnectionEvent event = harness.events.take();
                if (event instanceof Held held) {
                    System.out.println("held by " + held.limit());
                } else if (event instanceof Resumed resumed) {
                    System.out.println("resumed after " + resumed.limit());
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    static Process start(int limit) throws IOException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        return new ProcessBuilder(
                        "sh",
                        "-c",
                        "ulimit -n " + limit + " && exec \"$0\" \"$@\"",
                        java,
                        "-cp",
                        System.getProperty("java.class.path"),
                        FewFiles.class.getName())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }
}

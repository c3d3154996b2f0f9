package io.penstock.processor;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;

/** A second process that holds a file's lock until its standard input ends. */
final class LockHolder {
    private LockHolder() {}

    public static void main(String[] args) throws IOException {
        LockFile lock = LockFile.acquire(Path.of(args[0]));
        System.out.println("locked");
        System.in.readAllBytes();
        lock.close();
    }

    /** Starts one; it has the lock when this returns. */
    static Process start(Path file) throws IOException, URISyntaxException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        place(LockFile.class) + System.getProperty("path.separator") + place(LockHolder.class),
                        LockHolder.class.getName(),
                        file.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        // The first byte of its word.
        if (process.getInputStream().read() != 'l') {
            throw new IOException("the second process has no lock");
        }
        return process;
    }

    private static Path place(Class<?> type) throws URISyntaxException {
        return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
    }
}

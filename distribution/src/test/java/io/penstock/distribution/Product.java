package io.penstock.distribution;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * A packaged distribution and the state of whoever runs it. Processes get the JDK that runs the tests, and nothing of
 * the environment that would configure them.
 *
 * @param home where {@code bin/penstock} is
 * @param state PENSTOCK_HOME, and where the output of processes is kept
 * @param options PENSTOCK_OPTS
 */
record Product(Path home, Path state, String options) {
    /** The distribution that the build has just packaged, and its class-data archive: starts take half the time. */
    static Product packaged(Path state) {
        return new Product(Packaged.HOME, state, "");
    }

    /** As it is installed: {@code bin/penstock-cds} is run once. */
    private static final class Packaged {
        static final Path HOME = Path.of(System.getProperty("distribution.home"));

        static {
            try {
                ProcessBuilder command =
                        new ProcessBuilder(HOME.resolve("bin/penstock-cds").toString());
                command.environment().put("JAVA_HOME", System.getProperty("java.home"));
                Process process = command.inheritIO().start();
                if (process.waitFor() != 0) {
                    throw new AssertionError("bin/penstock-cds ended with " + process.exitValue());
                }
            } catch (IOException | InterruptedException e) {
                throw new AssertionError("bin/penstock-cds could not be run", e);
            }
        }
    }

    /** A copy of the packaged distribution with a jar of these classes in {@code lib/ext}. */
    static Product withJar(Path directory, Class<?>... classes) {
        Path copy = directory.resolve("penstock");
        copy(packaged(directory).home(), copy);
        jar(copy.resolve("lib/ext/acme.jar"), classes);
        return new Product(copy, directory.resolve("state"), "");
    }

    Product state(Path newState) {
        return new Product(home, newState, options);
    }

    Product options(String newOptions) {
        return new Product(home, state, newOptions);
    }

    /** Starts {@code serve} on a free loopback port, and gives it once that accepts. */
    Server serve(String... arguments) {
        List<String> words = new ArrayList<>(List.of(
                "serve",
                "--host",
                "127.0.0.1",
                "--port",
                "0",
                "--ready-file",
                Server.readyFile(state).toString()));
        words.addAll(List.of(arguments));
        return Server.started(start(words.toArray(String[]::new)), state);
    }

    /** Runs a command line that ends by itself. */
    Run run(String... words) {
        try (Running running = start(words)) {
            return new Run(running.exit(), running.out(), running.err());
        }
    }

    /** Starts a command line. */
    Running start(String... words) {
        try {
            Files.createDirectories(state);
            List<String> command =
                    new ArrayList<>(List.of(home.resolve("bin/penstock").toString()));
            command.addAll(List.of(words));
            ProcessBuilder builder = new ProcessBuilder(command);
            Map<String, String> environment = builder.environment();
            environment.keySet().removeIf(name -> name.startsWith("PENSTOCK_"));
            environment.put("PENSTOCK_HOME", state.resolve("home").toString());
            environment.put("PENSTOCK_OPTS", options);
            environment.put("JAVA_HOME", System.getProperty("java.home"));
            return Running.start(builder, state);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A command line that has ended. */
    record Run(int code, String out, String err) {}

    private static void copy(Path from, Path to) {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(from.relativize(file).toString()));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void jar(Path file, Class<?>... classes) {
        try (OutputStream out = Files.newOutputStream(file);
                ZipOutputStream jar = new ZipOutputStream(out)) {
            for (Class<?> type : classes) {
                String name = type.getName().replace('.', '/') + ".class";
                jar.putNextEntry(new ZipEntry(name));
                jar.write(
                        Files.readAllBytes(Path.of(type.getResource("/" + name).toURI())));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (java.net.URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}

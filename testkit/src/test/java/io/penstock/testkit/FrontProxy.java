package io.penstock.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A program in front of a server: haproxy or nginx, with a configuration of {@code docs/proxy-protocol.md}. */
final class FrontProxy implements AutoCloseable {
    private static final Path PAGE = Path.of("..", "docs", "proxy-protocol.md");

    /** The addresses that stand in the manual. */
    private static final String LISTEN = ":8000";

    private static final String SERVER = "10.0.0.11:8000";

    private final Process process;
    private final int port;

    private FrontProxy(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /** Where a program is, if it is installed. */
    static Optional<Path> find(String program) {
        return Stream.concat(
                        Arrays.stream(System.getenv("PATH").split(File.pathSeparator)),
                        Stream.of("/usr/sbin", "/usr/local/sbin"))
                .map(directory -> Path.of(directory, program))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** The manual's configurations of a program, as they stand there. */
    static List<String> documented(String program) throws IOException {
        Matcher blocks =
                Pattern.compile("```" + program + "\n(.*?)```", Pattern.DOTALL).matcher(Files.readString(PAGE));
        return blocks.results().map(block -> block.group(1)).toList();
    }

    /** haproxy on a free port of both loopback addresses. */
    static FrontProxy haproxy(Path directory, String documented, InetSocketAddress server) throws IOException {
        int port = freePort();
        Path file = Files.writeString(
                directory.resolve("haproxy.cfg"),
                replaced(replaced(documented, "bind " + LISTEN, "bind 127.0.0.1:" + port + ",::1:" + port), server));
        return start(
                directory,
                port,
                "Loading success",
                List.of(find("haproxy").orElseThrow().toString(), "-W", "-db", "-f", file.toString()));
    }

    /** nginx, likewise. */
    static FrontProxy nginx(Path directory, String documented, InetSocketAddress server) throws IOException {
        int port = freePort();
        String listen = "listen 127.0.0.1:" + port + ";\n        listen [::1]:" + port + ";";
        Path file = Files.writeString(
                directory.resolve("nginx.conf"),
                replaced(replaced(documented, "listen " + LISTEN.substring(1) + ";", listen), server));
        return start(
                directory,
                port,
                "start worker process",
                List.of(
                        find("nginx").orElseThrow().toString(),
                        "-p",
                        directory.toString(),
                        "-c",
                        file.toString(),
                        "-g",
                        "daemon off; pid nginx.pid; error_log stderr notice;"));
    }

    private static String replaced(String documented, InetSocketAddress server) {
        String host = server.getAddress().getHostAddress();
        return replaced(documented, SERVER, (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + server.getPort());
    }

    private static String replaced(String text, String from, String to) {
        assertThat(text).contains(from);
        return text.replace(from, to);
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    /** Waits for the words by which it says that it listens. */
    private static FrontProxy start(Path directory, int port, String ready, List<String> command) throws IOException {
        Process process = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .start();
        StringBuilder said = new StringBuilder();
        BufferedReader output = process.inputReader(StandardCharsets.UTF_8);
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            said.append(line).append('\n');
            if (line.contains(ready)) {
                return new FrontProxy(process, port);
            }
        }
        throw new AssertionError(command + " has ended: " + said);
    }

    /** Where it listens. */
    InetSocketAddress address(String host) {
        return new InetSocketAddress(host, port);
    }

    @Override
    public void close() {
        process.destroy();
        process.onExit().join();
    }
}

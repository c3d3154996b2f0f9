package io.penstock.server;

import io.penstock.protocol.ConnectionInfo;
import io.penstock.protocol.Protocol;
import io.penstock.protocol.SettingsReader;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.pekko.util.ByteString;

/** Reads every listener of a configuration, and what they must not have in common. */
final class ListenersReader {
    /** What there is one of, however many listeners there are. */
    private static final String[] OF_THE_PROCESS = {
        "listeners", "log", "admin", "ready-file", "tls-dispatcher", "processor-dispatcher", "quarantine", "memory"
    };

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]+");
    private static final String SECTIONS = "listeners.";

    private final SettingsReader flat;
    private final Consumer<String> warnings;

    /** A listener's name, and the reader of its keys. */
    private record Named(String name, SettingsReader reader) {}

    ListenersReader(SettingsReader flat, Consumer<String> warnings) {
        this.flat = flat;
        this.warnings = warnings;
    }

    List<ListenerSettings> read() {
        List<Named> all = named();
        List<SettingsReader> readers = all.stream().map(Named::reader).toList();
        int auto = ConnectionShares.auto(readers, ServerSettings.autoConnections(flat));
        ProcessorSettings.Reader processors = new ProcessorSettings.Reader();
        List<ListenerSettings> listeners = new ArrayList<>();
        for (Named one : all) {
            ServerSettings server = ServerSettings.read(one.reader, one.name, auto);
            ProcessorSettings processor = processors.read(one.reader);
            Acknowledging.check(one.reader, server.ack(), processor.factory().reaches());
            Stream.of(
                            Acknowledging.warning(
                                    one.reader, server, processor.factory().reaches()),
                            repliesInVain(one.reader, server.framing().protocol()),
                            server.proxy().warning())
                    .flatMap(Optional::stream)
                    .map(one.reader.names()::in)
                    .forEach(warnings);
            listeners.add(new ListenerSettings(server, processor, one.reader.names()));
        }
        ConnectionShares.warn(readers, listeners, FileLimit.connections(), warnings);
        onePortEach(all, listeners);
        oneWriterPerFile(all, listeners);
        return List.copyOf(listeners);
    }

    private static Optional<String> repliesInVain(SettingsReader reader, Protocol protocol) {
        return reader.text("processor").equals("echo") && !carriesReplies(protocol)
                ? Optional.of("penstock.processor: echo (the protocol " + protocol.name()
                        + " has no replies: every connection that sends something will end; remedy: another processor)")
                : Optional.empty();
    }

    private static boolean carriesReplies(Protocol protocol) {
        try {
            protocol.encoder().encode(List.of(ByteString.fromString("0")));
            return true;
        } catch (IllegalArgumentException none) {
            return false;
        }
    }

    private List<Named> named() {
        List<Named> named = flat.sections("listeners").stream()
                .filter(this::isWellNamed)
                .sorted(Comparator.comparingInt(flat::line))
                .map(section -> new Named(section.substring(SECTIONS.length()), flat.over(section, OF_THE_PROCESS)))
                .toList();
        return named.isEmpty() ? List.of(new Named(ConnectionInfo.DEFAULT_LISTENER, flat)) : named;
    }

    private boolean isWellNamed(String section) {
        boolean well = NAME.matcher(section.substring(SECTIONS.length())).matches();
        if (!well) {
            flat.leave(section);
            flat.problem(SettingsReader.ROOT + "." + section
                    + ": a listener's name (expected: letters, digits, - and _) at " + flat.origin(section));
        }
        return well;
    }

    private static void onePortEach(List<Named> all, List<ListenerSettings> listeners) {
        Map<String, String> taken = new HashMap<>();
        for (int i = 0; i < all.size(); i++) {
            ServerSettings server = listeners.get(i).server();
            String before =
                    server.port() == 0 ? null : taken.putIfAbsent(server.host() + " " + server.port(), server.name());
            if (before != null) {
                all.get(i)
                        .reader
                        .problem(
                                "port",
                                "a port for each listener of a host; " + before + " and " + server.name()
                                        + " have this one");
            }
        }
    }

    /** They would fight for its lock. Paths with something to be filled in may come out as different ones. */
    private static void oneWriterPerFile(List<Named> all, List<ListenerSettings> listeners) {
        Map<Path, ListenerSettings> writers = new HashMap<>();
        for (int i = 0; i < all.size(); i++) {
            ListenerSettings listener = listeners.get(i);
            SettingsReader reader = all.get(i).reader;
            plainFile(reader)
                    .map(path -> writers.putIfAbsent(path, listener))
                    .filter(writer -> !writer.processors().equals(listener.processors()))
                    .ifPresent(writer -> reader.problem(
                            "file.path",
                            "another file, or the same processor settings throughout; "
                                    + writer.server().name() + " and "
                                    + listener.server().name() + " would both write it"));
        }
    }

    private static Optional<Path> plainFile(SettingsReader reader) {
        String path = reader.text("file.path");
        if (!reader.text("processor").equals("file") || path.isEmpty() || path.indexOf('{') >= 0) {
            return Optional.empty();
        }
        try {
            return Optional.of(Path.of(path).toAbsolutePath().normalize());
        } catch (InvalidPathException reportedByItsReader) {
            return Optional.empty();
        }
    }
}

package io.penstock.server;

import io.penstock.protocol.InvalidSettingsException;
import io.penstock.protocol.SettingsReader;
import io.penstock.server.tls.FileLook;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Where the lists of addresses come from: the configuration, and files that have been loaded and are looked at again.
 * One thread at a time.
 */
final class AddressListSource {
    /** More of one file help nobody. */
    private static final int MOST_PROBLEMS = 20;

    private final AddressListSettings settings;
    private final FileLook files;
    private final Map<Path, String> firstLook;
    private final AddressLists first;

    private AddressListSource(AddressListSettings settings) {
        this.settings = settings;
        Set<Path> paths = new LinkedHashSet<>();
        Stream.of(settings.allowFile(), settings.denyFile()).forEach(file -> file.ifPresent(paths::add));
        files = new FileLook(paths);
        // Before loading, so that what changes meanwhile is noticed.
        firstLook = files.take();
        first = load();
    }

    /**
     * Loads the files that the settings name.
     *
     * @throws InvalidSettingsException with every line that is no range of addresses
     */
    static AddressListSource load(AddressListSettings settings) {
        return new AddressListSource(settings);
    }

    /** What was loaded first. */
    AddressLists first() {
        return first;
    }

    /** What the files held before that; empty: there are none. */
    Map<Path, String> firstLook() {
        return firstLook;
    }

    Optional<Duration> interval() {
        return settings.reloadInterval();
    }

    /** What the files hold now, as something to compare. Reads them. */
    Map<Path, String> look() {
        return files.take();
    }

    /** Loads again; otherwise as {@link #load(AddressListSettings)}. Reads files. */
    AddressLists load() {
        List<String> problems = new ArrayList<>();
        AddressList allow = list(settings.allow(), settings.allowFile(), "admission.allow-file", problems);
        AddressList deny = list(settings.deny(), settings.denyFile(), "admission.deny-file", problems);
        if (settings.allowFile().isPresent() && allow.isEmpty() && problems.isEmpty()) {
            // A file that somebody is about to write must not let everybody in.
            problems.add(problem("admission.allow-file", settings.allowFile().get(), "nobody is allowed")
                    + " (expected: at least one address; without the key everybody is allowed)");
        }
        if (!problems.isEmpty()) {
            throw new InvalidSettingsException(problems);
        }
        return new AddressLists(allow, deny);
    }

    private static AddressList list(
            List<AddressRange> configured, Optional<Path> file, String key, List<String> problems) {
        List<AddressRange> all = new ArrayList<>(configured);
        file.ifPresent(path -> read(path, key, all, problems));
        return new AddressList(all);
    }

    private static void read(Path file, String key, List<AddressRange> into, List<String> problems) {
        int wrong = 0;
        try {
            int number = 0;
            for (String line : Files.readAllLines(file)) {
                number++;
                String text = line.replaceFirst("#.*", "").strip();
                try {
                    if (!text.isEmpty()) {
                        into.add(AddressRange.parse(text));
                    }
                } catch (IllegalArgumentException e) {
                    wrong++;
                    if (wrong <= MOST_PROBLEMS) {
                        problems.add(problem(key, file, number + ": " + e.getMessage()));
                    }
                }
            }
        } catch (IOException e) {
            problems.add(problem(key, file, words(e)));
        }
        if (wrong > MOST_PROBLEMS) {
            problems.add(problem(key, file, wrong - MOST_PROBLEMS + " more lines like these"));
        }
    }

    private static String words(IOException failure) {
        if (failure instanceof NoSuchFileException) {
            return "there is no such file";
        }
        return failure instanceof CharacterCodingException
                ? "it is not a text in UTF-8"
                : "it cannot be read: " + failure.getMessage();
    }

    private static String problem(String key, Path file, String words) {
        return SettingsReader.ROOT + "." + key + ": " + file + ": " + words;
    }
}

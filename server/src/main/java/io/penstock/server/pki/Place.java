package io.penstock.server.pki;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Where a chain is from, for the commands that mend it.
 *
 * @param files that hold its certificates, leaf first; those that are not PEM by the names that they have once
 *     converted; none when a server has sent it
 * @param words how the command line named it, quoted for a shell
 */
record Place(List<Path> files, String words) {
    Place {
        files = List.copyOf(files);
    }

    static Place server(String address) {
        return new Place(List.of(), Shell.quoted(address));
    }

    static Place file(Path file) {
        return new Place(List.of(file), Shell.file(file));
    }

    boolean isLive() {
        return files.isEmpty();
    }

    /** The file, where there is one alone. */
    Optional<Path> only() {
        return files.size() == 1 ? Optional.of(files.get(0)) : Optional.empty();
    }

    /** The files as arguments of {@code cat}. */
    String joined() {
        return isLive() ? "leaf.pem" : files.stream().map(Shell::file).collect(Collectors.joining(" "));
    }

    /** A name for something new that is not one of the files: {@code cat x > x} would empty it. */
    String unused(String name) {
        boolean taken =
                files.stream().anyMatch(file -> file.getFileName().toString().equals(name));
        return taken ? "new-" + name : name;
    }
}

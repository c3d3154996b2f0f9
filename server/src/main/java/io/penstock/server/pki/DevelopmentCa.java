package io.penstock.server.pki;

import io.penstock.protocol.InvalidSettingsException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The development CA: lets a server start with TLS before anybody has bought a certificate. It is made on the first
 * start, lives in a directory and renews its leaf by itself.
 *
 * <pre>
 * dev-ca.pem      the CA's certificate, for clients to trust
 * dev-ca-key.pem  its key, mode 0600
 * dev-cert.pem    the leaf and the CA
 * dev-key.pem     the leaf's key, mode 0600
 * dev.lock        held while any of these is written
 * </pre>
 *
 * The CA's critical name constraints allow nothing but this machine's names, so that a stolen key cannot speak for
 * others. A name that is new needs a new CA; it keeps the names of the old one, lest two servers that share a directory
 * and differ in {@code hostname} replace each other's at every start.
 */
public final class DevelopmentCa {
    private static final String PENSTOCK_HOME = "PENSTOCK_HOME";
    private static final Object WITHIN_THIS_JVM = new Object();

    private final DevelopmentStore store;
    private final Set<String> wanted;

    private DevelopmentCa(DevelopmentStore store, Set<String> wanted) {
        this.store = store;
        this.wanted = wanted;
    }

    /** {@code $PENSTOCK_HOME}, or {@code penstock} in {@code $XDG_STATE_HOME}, or in {@code ~/.local/state}. */
    public static Path home(Map<String, String> environment) {
        String own = environment.getOrDefault(PENSTOCK_HOME, "");
        if (!own.isEmpty()) {
            return Path.of(own);
        }
        // The XDG specification has relative paths ignored.
        String state = environment.getOrDefault("XDG_STATE_HOME", "");
        if (!state.isEmpty() && Path.of(state).isAbsolute()) {
            return Path.of(state, "penstock");
        }
        String user = environment.getOrDefault("HOME", "");
        return Path.of(user.isEmpty() ? System.getProperty("user.home", ".") : user, ".local", "state", "penstock");
    }

    /**
     * Makes sure that there is a development certificate for localhost, 127.0.0.1, ::1, this host's own name and
     * {@code hostname}, with at least 30 days to go. Several processes may do so at once.
     *
     * @param home made with mode 0700 if there is none; not written to when all is well
     * @throws InvalidSettingsException if {@code home} cannot be used or {@code hostname} is not a name, one line each
     */
    public static DevelopmentFiles ensure(Path home, Optional<String> hostname, Clock clock) {
        return ensure(home, hostname, clock, localName());
    }

    static DevelopmentFiles ensure(Path home, Optional<String> hostname, Clock clock, Optional<String> localName) {
        Path place = home.toAbsolutePath();
        return new DevelopmentCa(new DevelopmentStore(place, clock), wanted(hostname, localName)).ensure(place);
    }

    /**
     * What {@link #ensure} would find, without making anything.
     *
     * @return empty when it would make or renew something
     * @throws InvalidSettingsException as it would
     */
    public static Optional<DevelopmentFiles> preview(Path home, Optional<String> hostname, Clock clock) {
        Path place = home.toAbsolutePath();
        Optional<DevelopmentFiles> kept = new DevelopmentStore(place, clock).kept(wanted(hostname, localName()));
        Path nearest = place;
        while (!Files.exists(nearest) && nearest.getParent() != null) {
            nearest = nearest.getParent();
        }
        if (kept.isEmpty() && !(Files.isDirectory(nearest) && Files.isWritable(nearest))) {
            throw unusable(place, (Files.isDirectory(nearest) ? "permission denied at " : "no directory: ") + nearest);
        }
        return kept;
    }

    private static Set<String> wanted(Optional<String> hostname, Optional<String> localName) {
        Set<String> wanted = new LinkedHashSet<>(List.of("localhost", "127.0.0.1", "0:0:0:0:0:0:0:1"));
        localName.flatMap(HostNames::normal).ifPresent(wanted::add);
        hostname.ifPresent(name -> wanted.add(HostNames.normal(name)
                .orElseThrow(
                        () -> failure("penstock.hostname: " + name + " (expected: a DNS name or an IP address)"))));
        return wanted;
    }

    /** No name is no trouble: localhost remains. */
    private static Optional<String> localName() {
        try {
            return Optional.of(InetAddress.getLocalHost().getHostName());
        } catch (UnknownHostException e) {
            return Optional.empty();
        }
    }

    private DevelopmentFiles ensure(Path home) {
        Optional<DevelopmentFiles> kept = store.kept(wanted);
        if (kept.isPresent()) {
            return kept.get();
        }
        synchronized (WITHIN_THIS_JVM) {
            try {
                Files.createDirectories(home, PemFiles.attributes("rwx------"));
                return locked(home.resolve("dev.lock"));
            } catch (IOException e) {
                throw unusable(home, FileAccess.reason(e));
            }
        }
    }

    private DevelopmentFiles locked(Path lock) throws IOException {
        try (FileChannel channel = FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock held = channel.lock()) {
            // Another process may have been first.
            Optional<DevelopmentFiles> kept = held.isValid() ? store.kept(wanted) : Optional.empty();
            return kept.isPresent() ? kept.get() : make();
        }
    }

    private DevelopmentFiles make() throws IOException {
        Set<String> names = new LinkedHashSet<>(wanted);
        names.addAll(store.storedNames());
        Optional<Identity> ca = store.usableCa(names);
        if (ca.isPresent()) {
            return store.issue(ca.get(), names, DevelopmentFiles.Action.RENEWED);
        }
        DevelopmentFiles.Action action =
                store.hasCa() ? DevelopmentFiles.Action.REPLACED : DevelopmentFiles.Action.CREATED;
        return store.issue(store.createCa(names), names, action);
    }

    private static InvalidSettingsException unusable(Path home, String reason) {
        return failure("development certificate: " + home + " (expected: a directory that " + FileAccess.user()
                + " can write to; " + reason + "; remedy: set " + PENSTOCK_HOME
                + " to another, or penstock.tls.cert to a certificate)");
    }

    private static InvalidSettingsException failure(String line) {
        return new InvalidSettingsException(List.of(line));
    }
}

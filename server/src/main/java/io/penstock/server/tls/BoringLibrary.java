package io.penstock.server.tls;

import io.netty.internal.tcnative.Library;
import io.netty.internal.tcnative.SSL;
import io.netty.internal.tcnative.SSLCredential;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.InvocationTargetException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Locale;
import java.util.Optional;

/**
 * BoringSSL, by way of netty-tcnative's JNI classes and without Netty. Loaded once, when it is first asked for.
 *
 * <p>No other class of netty-tcnative may be touched before {@link #problem} is empty: their constants come out of the
 * library, and a class that could not be initialized once never can.
 */
final class BoringLibrary {
    private static final String NETTY = "io.netty.handler.ssl.OpenSsl";

    /** Loads it when the class is first used, which the JVM does once and for one thread. */
    private static final class Loaded {
        static final Optional<String> PROBLEM = load();

        private Loaded() {}
    }

    private BoringLibrary() {}

    /** Why there is no native engine, in plain words; empty: there is one. The first call takes a tenth of a second. */
    static Optional<String> problem() {
        return Loaded.PROBLEM;
    }

    /** What has been loaded, such as {@code BoringSSL, netty-tcnative 2.0.84.Final}. */
    static String description() {
        String version = SSL.class.getPackage().getImplementationVersion();
        return SSL.versionString() + ", netty-tcnative" + (version == null ? "" : " " + version);
    }

    private static Optional<String> load() {
        try {
            loadByNetty();
            if (!isLoaded()) {
                extractAndLoad(platform());
                if (!isLoaded()) {
                    return Optional.of("netty-tcnative does not initialize");
                }
            }
            return unfit();
        } catch (IOException e) {
            return Optional.of("cannot write the library to " + System.getProperty("java.io.tmpdir") + ": " + e);
        } catch (UnsatisfiedLinkError e) {
            return Optional.of(explain(e));
        } catch (NoClassDefFoundError e) {
            return Optional.of("netty-tcnative-classes is not on the class path");
        } catch (LinkageError e) {
            return Optional.of("netty-tcnative on the class path is of another version: " + e.getMessage());
        }
    }

    /**
     * Where Netty's handlers are on the class path they load the library themselves, sooner or later. Two of them in
     * one class loader would take each other's objects for their own, so Netty goes first.
     */
    private static void loadByNetty() {
        try {
            Class.forName(NETTY, true, BoringLibrary.class.getClassLoader())
                    .getMethod("isAvailable")
                    .invoke(null);
        } catch (ClassNotFoundException e) {
            // The usual case.
        } catch (NoSuchMethodException | IllegalAccessException | InvocationTargetException | LinkageError e) {
            // Netty cannot, and then will not later.
        }
    }

    private static boolean isLoaded() {
        try {
            return Library.initialize("provided", null);
        } catch (UnsatisfiedLinkError e) {
            return false;
        } catch (Exception e) {
            throw new UnsatisfiedLinkError(e.toString());
        }
    }

    /** The library's name in the jar: such as {@code linux_x86_64}. */
    static String platform() {
        String os = System.getProperty("os.name").toLowerCase(Locale.ROOT);
        String arch = System.getProperty("os.arch");
        String system = os.startsWith("linux") ? "linux" : os.startsWith("mac") ? "osx" : "windows";
        return system + "_" + (arch.equals("amd64") || arch.equals("x86_64") ? "x86_64" : "aarch_64");
    }

    @SuppressWarnings("BanJNI") // This is the one place.
    private static void extractAndLoad(String platform) throws IOException {
        boolean windows = platform.startsWith("windows");
        String suffix = windows ? ".dll" : platform.startsWith("osx") ? ".jnilib" : ".so";
        String name = (windows ? "" : "lib") + "netty_tcnative_" + platform + suffix;
        ClassLoader loader = BoringLibrary.class.getClassLoader();
        try (InputStream in = loader.getResourceAsStream("META-INF/native/" + name)) {
            if (in == null) {
                throw new UnsatisfiedLinkError("there is no " + name + " on the class path");
            }
            // Readable by its owner alone, and with a name that nobody can guess; the library wants its own in it.
            Path file = Files.createTempFile("penstock-", name);
            try {
                Files.copy(in, file, StandardCopyOption.REPLACE_EXISTING);
                System.load(file.toString());
            } finally {
                discard(file);
            }
        }
    }

    /** What is loaded needs its file no more; except on Windows, which does not let go of it. */
    private static void discard(Path file) {
        if (!file.toFile().delete()) {
            file.toFile().deleteOnExit();
        }
    }

    /** Somebody else's netty-tcnative may be older, or linked to OpenSSL, which goes by other rules. */
    private static Optional<String> unfit() {
        if (!SSL.versionString().contains("BoringSSL")) {
            return Optional.of("netty-tcnative is linked to " + SSL.versionString() + " and not to BoringSSL");
        }
        try {
            SSLCredential.free(SSLCredential.newX509());
            return Optional.empty();
        } catch (Exception e) {
            return Optional.of("netty-tcnative makes no credential: " + e.getMessage());
        }
    }

    private static String explain(UnsatisfiedLinkError error) {
        String message = String.valueOf(error.getMessage());
        if (message.contains("failed to map segment") || message.contains("Operation not permitted")) {
            return System.getProperty("java.io.tmpdir")
                    + " does not allow programs (mounted noexec); -Djava.io.tmpdir=DIRECTORY names another";
        }
        if (message.contains("ld-linux") || message.contains("symbol not found")) {
            return "the library needs glibc, which this system has not (musl)";
        }
        return message;
    }
}

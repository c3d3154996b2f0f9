package io.penstock.server.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/** Says what runs: for bug reports. */
final class VersionCommand {
    private VersionCommand() {}

    static void print(PrintStream out) {
        out.println("penstock  " + version());
        out.println("java      " + property("java.runtime.version") + " (" + property("java.vm.name") + ", "
                + property("java.vendor") + ")");
        out.println("system    " + property("os.name") + " " + property("os.version") + " " + property("os.arch"));
        out.println("pekko     " + pekko());
    }

    /** Penstock's own. */
    static String version() {
        return read("/io/penstock/server/cli/version.properties", "version");
    }

    /** Out of the jar that is on the class path; asking Pekko itself would start Scala. */
    private static String pekko() {
        return read("/version.conf", "pekko.version").replace("\"", "");
    }

    private static String property(String name) {
        return System.getProperty(name, "unknown");
    }

    private static String read(String resource, String key) {
        Properties properties = new Properties();
        try (InputStream in = VersionCommand.class.getResourceAsStream(resource)) {
            if (in != null) {
                properties.load(in);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return properties.getProperty(key, "unknown");
    }
}

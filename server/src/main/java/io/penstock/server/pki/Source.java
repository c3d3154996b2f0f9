package io.penstock.server.pki;

import io.penstock.protocol.SettingsReader;
import java.nio.file.Path;

/**
 * A file and the key that names it.
 *
 * @param key below {@code penstock}, such as {@code tls.cert}; empty when the command line names the file
 */
record Source(String key, Path path) {
    static final String KEY_PASSWORD_FILE = "key-password-file";
    static final String CLIENT_AUTH = "tls.client-auth";
    static final String CLIENT_CA = "tls.client-ca";
    static final String CLIENT_CRL = "tls.client-crl";
    static final String ALLOWED_CLIENTS = "tls.allowed-clients";

    /** A file that the command line names, and no setting. */
    static Source named(Path path) {
        return new Source("", path);
    }

    /** A setting's full name. */
    static String full(String key) {
        return SettingsReader.ROOT + "." + key;
    }

    /** The full name of a setting that stands beside this one. */
    String beside(String name) {
        return key.isEmpty() ? "--" + name : full(key.substring(0, key.lastIndexOf('.') + 1) + name);
    }

    /** The line that says what should have been there, and what is. */
    String expected(String expected) {
        return line("expected: " + expected);
    }

    /** A line about this file. */
    String line(String words) {
        return (key.isEmpty() ? "" : full(key) + ": ") + path + " (" + words + ")";
    }

    BadMaterialException bad(String expected) {
        return new BadMaterialException(expected(expected));
    }
}

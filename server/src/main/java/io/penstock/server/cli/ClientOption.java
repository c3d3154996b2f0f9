package io.penstock.server.cli;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/** The options of the commands that are clients of a server: whom they trust, and what they show. */
enum ClientOption implements CommandOption {
    CA("ca", "FILE", "Certificates to trust, and no others; none: the development CA and Java's roots."),
    SERVERNAME("servername", "NAME", "The name that the server's certificate must have; none: HOST."),
    CERT("cert", "CHAIN.pem", "Certificate to show when the server asks for one."),
    KEY("key", "KEY.pem", "Its private key; none: the certificate's file holds it."),
    KEY_PASSWORD_FILE("key-password-file", "F", "File whose first line is the key's password."),
    TLS("tls", "1.2|1.3", "This version alone."),
    ALPN("alpn", "NAME,…", "Application protocols to offer, most wanted first."),
    INSECURE("insecure", "", "Check nothing about the server: anybody may read and answer what is sent."),
    PLAINTEXT("plaintext", "", "No TLS at all.");

    /** Those that mean nothing without TLS. */
    static final Set<ClientOption> OF_TLS = Collections.unmodifiableSet(EnumSet.range(CA, INSECURE));

    @SuppressWarnings("ImmutableEnumChecker") // a record of strings
    private final OptionText text;

    ClientOption(String name, String label, String meaning) {
        text = OptionText.of(name, label, meaning);
    }

    @Override
    public OptionText text() {
        return text;
    }
}

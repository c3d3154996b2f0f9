package io.penstock.server.cli;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/** The options of {@code send}, in the order of its help. */
enum SendOption {
    CA("ca", "FILE", "Certificates to trust, and no others; none: the development CA and Java's roots."),
    SERVERNAME("servername", "NAME", "The name that the server's certificate must have; none: HOST."),
    CERT("cert", "CHAIN.pem", "Certificate to show when the server asks for one."),
    KEY("key", "KEY.pem", "Its private key; none: the certificate's file holds it."),
    KEY_PASSWORD_FILE("key-password-file", "F", "File whose first line is the key's password."),
    TLS("tls", "1.2|1.3", "This version alone."),
    ALPN("alpn", "NAME,…", "Application protocols to offer, most wanted first."),
    INSECURE("insecure", "", "Check nothing about the server: anybody may read and answer what is sent."),
    PLAINTEXT("plaintext", "", "No TLS at all."),
    PROTOCOL(
            "protocol",
            "NAME",
            "How frames are told apart: raw, lines and json send the input as it is, lines and json ending each file; of all"
                    + " others each line of the input is a frame, and each frame of the answer a line. relp waits until"
                    + " the server has acknowledged everything. [raw]"),
    TIMEOUT("timeout", "DURATION", "For the connection, the handshake and, once all is sent, for each reply. [30s]"),
    NO_WAIT("no-wait", "", "Do not wait for replies, nor for the server to say that it has everything.");

    /** Those that mean nothing without TLS. */
    static final Set<SendOption> OF_TLS = Collections.unmodifiableSet(EnumSet.range(CA, INSECURE));

    final String option;
    final String label;
    final String meaning;

    SendOption(String name, String label, String meaning) {
        this.option = "--" + name;
        this.label = label;
        this.meaning = meaning;
    }

    boolean isFlag() {
        return label.isEmpty();
    }
}

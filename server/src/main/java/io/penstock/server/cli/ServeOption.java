package io.penstock.server.cli;

/**
 * The options of {@code serve}, {@code check} and {@code config}: each is another name of a configuration key.
 */
enum ServeOption {
    HOST("host", "host", "HOST", Group.NETWORK, "Address to listen on."),
    PORT("port", "port", "PORT", Group.NETWORK, "TCP port; 0 is any free one."),
    MAX_CONNECTIONS("max-connections", "max-connections", "N", Group.NETWORK, "Connections at once, at the most."),
    CERT("cert", "tls.cert", "CHAIN.pem", Group.TLS, "Certificate chain; none: a development certificate."),
    KEY("key", "tls.key", "KEY.pem", Group.TLS, "Private key; none: the certificate's file holds it."),
    KEY_PASSWORD_FILE(
            "key-password-file",
            "tls.key-password-file",
            "F",
            Group.TLS,
            "File whose first line is the key's password."),
    HOSTNAME("hostname", "hostname", "NAME", Group.TLS, "The name by which clients know this server."),
    CLIENT_AUTH(
            "client-auth",
            "tls.client-auth",
            "WHEN",
            Group.TLS,
            "Do clients show a certificate: none, optional or required."),
    CLIENT_CA("client-ca", "tls.client-ca", "CA.pem", Group.TLS, "Certificates that clients' chains must end in."),
    PLAINTEXT("plaintext", "plaintext", "", Group.TLS, "No TLS at all, for development."),
    PROTOCOL(
            "protocol",
            "protocol",
            "NAME",
            Group.BYTES,
            "Frames: raw, lines, nul, length:4, varint, netstring, json, syslog, relp, or a class of your own."),
    PROCESSOR(
            "processor",
            "processor",
            "NAME",
            Group.BYTES,
            "What is done with frames: console, echo, discard, file, forward, tee, or a class of your own."),
    ADMIN("admin", "admin.listen", "HOST:PORT|off", Group.OPERATION, "Where the admin pages are; off in this version."),
    READY_FILE("ready-file", "ready-file", "F", Group.OPERATION, "File that receives host, port and pid as JSON.");

    /** Headings of the help, in its order. */
    enum Group {
        NETWORK("Network"),
        TLS("TLS"),
        BYTES("What becomes of the bytes"),
        OPERATION("Operation");

        final String heading;

        Group(String heading) {
            this.heading = heading;
        }
    }

    final String option;
    final String key;
    final String label;
    final Group group;
    final String meaning;

    ServeOption(String name, String key, String label, Group group, String meaning) {
        this.option = "--" + name;
        this.key = key;
        this.label = label;
        this.group = group;
        this.meaning = meaning;
    }

    boolean isFlag() {
        return label.isEmpty();
    }
}

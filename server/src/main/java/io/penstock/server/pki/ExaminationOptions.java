package io.penstock.server.pki;

import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;

/**
 * What a chain is judged by. Immutable; start with {@link #DEFAULTS} and change what matters.
 *
 * @param hostname the name that clients use; empty: names are not judged
 * @param hostnameLabel what stands before it in messages, such as {@code "penstock.hostname "}
 * @param client whether it is meant to be a client's certificate
 * @param ca certificates to trust in place of the development CA, Java's and the system's
 * @param crl revocation lists, PEM or DER
 * @param passwordFile file whose first line is the password of keys and key stores
 * @param developmentCa certificate of the development CA, which need not exist
 * @param clock judges validity
 */
public record ExaminationOptions(
        Optional<String> hostname,
        String hostnameLabel,
        boolean client,
        Optional<Path> ca,
        Optional<Path> crl,
        Optional<Path> passwordFile,
        Optional<Path> developmentCa,
        Clock clock) {
    /** A server's certificate, by the clock of this machine. */
    public static final ExaminationOptions DEFAULTS = new ExaminationOptions(
            Optional.empty(),
            "",
            false,
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Clock.systemUTC());

    public ExaminationOptions withHostname(Optional<String> name, String label) {
        return new ExaminationOptions(name, label, client, ca, crl, passwordFile, developmentCa, clock);
    }

    public ExaminationOptions withClient(boolean isClient) {
        return new ExaminationOptions(hostname, hostnameLabel, isClient, ca, crl, passwordFile, developmentCa, clock);
    }

    public ExaminationOptions withCa(Optional<Path> file) {
        return new ExaminationOptions(hostname, hostnameLabel, client, file, crl, passwordFile, developmentCa, clock);
    }

    public ExaminationOptions withCrl(Optional<Path> file) {
        return new ExaminationOptions(hostname, hostnameLabel, client, ca, file, passwordFile, developmentCa, clock);
    }

    public ExaminationOptions withPasswordFile(Optional<Path> file) {
        return new ExaminationOptions(hostname, hostnameLabel, client, ca, crl, file, developmentCa, clock);
    }

    /** Trusts the development CA that is kept in a directory, see {@link DevelopmentCa#home}. */
    public ExaminationOptions withHome(Path home) {
        return new ExaminationOptions(
                hostname, hostnameLabel, client, ca, crl, passwordFile, Optional.of(home.resolve("dev-ca.pem")), clock);
    }

    public ExaminationOptions withClock(Clock newClock) {
        return new ExaminationOptions(hostname, hostnameLabel, client, ca, crl, passwordFile, developmentCa, newClock);
    }
}

package io.penstock.server.pki;

import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * What a chain is judged by.
 *
 * @param now to the second
 * @param role whose certificate it is meant to be
 * @param hostname the name that clients use, normalised where it is a name
 * @param hostnameWords how messages call it, such as {@code penstock.hostname gate.example.test}
 * @param place where the chain is from
 */
record Question(Instant now, Role role, Optional<String> hostname, String hostnameWords, Place place) {
    /** Whose certificate it is meant to be. */
    enum Role {
        SERVER("servers", "clients", "serverAuth"),
        CLIENT("clients", "servers", "clientAuth"),
        AUTHORITY("CAs", "their users", "");

        final String users;
        final String judges;
        final String purpose;

        Role(String users, String judges, String purpose) {
            this.users = users;
            this.judges = judges;
            this.purpose = purpose;
        }
    }

    static Question of(Clock clock, Role role, Optional<String> hostname, String label, Place place) {
        return new Question(
                clock.instant().truncatedTo(ChronoUnit.SECONDS),
                role,
                hostname.map(name -> HostNames.normal(name).orElse(name)),
                hostname.map(name -> label + name).orElse(""),
                place);
    }
}

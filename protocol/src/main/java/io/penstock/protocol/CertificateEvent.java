package io.penstock.protocol;

import java.util.List;

/** What happens to a server's certificates while it runs. Told as {@link ConnectionEvent}s are, to the same subscriber. */
public sealed interface CertificateEvent {
    /**
     * New handshakes go by what the files hold now; connections that are open go on.
     *
     * @param certificates subject, names, serial and expiry of each one that was not there before; empty when something
     *     else has changed, such as the client CA
     * @param warnings what works, but an operator would want to know, one line each
     */
    record Reloaded(List<String> certificates, List<String> warnings) implements CertificateEvent {
        public Reloaded {
            certificates = List.copyOf(certificates);
            warnings = List.copyOf(warnings);
        }
    }

    /**
     * The files hold something that cannot be used; what was there stays. Told once for one state of the files.
     *
     * @param problems one line each
     */
    record Refused(List<String> problems) implements CertificateEvent {
        public Refused {
            problems = List.copyOf(problems);
        }
    }

    /**
     * A certificate that clients are shown expires in 30, 14, 7 days or 1, or has done so. Told once for each step.
     *
     * @param line which one, when, and what to do
     * @param expired whether it has
     */
    record Expiring(String line, boolean expired) implements CertificateEvent {}
}

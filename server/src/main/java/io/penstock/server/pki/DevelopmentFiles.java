package io.penstock.server.pki;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/**
 * The development certificate on disk and what was done to have it.
 *
 * @param ca the CA's certificate: what a client needs to trust
 * @param certificate the leaf, followed by the CA
 * @param key the leaf's key
 * @param action what was done
 * @param names what the leaf is for
 * @param expires when the leaf does
 */
public record DevelopmentFiles(
        Path ca, Path certificate, Path key, Action action, List<String> names, Instant expires) {

    /** What was done. */
    public enum Action {
        /** A CA and a leaf where there was no CA. */
        CREATED,
        /** A new CA and a new leaf: who trusted the older CA has to trust this one instead. */
        REPLACED,
        /** A new leaf of the same CA. */
        RENEWED,
        /** Nothing was written. */
        KEPT
    }

    public DevelopmentFiles {
        names = List.copyOf(names);
    }

    /** These, for {@link IdentityLoader}. */
    public IdentityFiles files() {
        return IdentityFiles.of(certificate, key);
    }

    /** A line for a shell: a client that trusts the CA and connects to this machine. */
    public String trustCommand(int port) {
        return "openssl s_client -connect localhost:" + port + " -CAfile " + Shell.file(ca);
    }
}

package io.penstock.server.pki;

import io.penstock.protocol.ClientIdentity;
import io.penstock.server.pki.ClientVerdict.Accepted;
import io.penstock.server.pki.ClientVerdict.Fault;
import io.penstock.server.pki.ClientVerdict.Refused;
import io.penstock.server.pki.TrustedPaths.TrustedPath;
import java.security.GeneralSecurityException;
import java.security.cert.CertPathValidator;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertStore;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateParsingException;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Judges clients' certificates: the way to a trusted CA, validity, algorithms and constraints (RFC 5280 section 6, by
 * the JDK), lists of revoked certificates, the use for clients, and the operator's rules. The same for every engine.
 * Immutable, thread-safe.
 *
 * <p>A verdict takes some tenths of a millisecond of computing for each certificate. Nothing is fetched: neither
 * missing intermediates, nor lists, nor OCSP answers (unless the whole virtual machine has been told so by {@code
 * ocsp.enable} or {@code com.sun.security.enableCRLDP}).
 */
public final class ClientVerifier {
    /** Real chains have two to four. */
    private static final int LONGEST = 10;

    private final Trust trust;
    private final Clock clock;
    private final TrustedPaths paths;
    private final CertStore lists;

    /**
     * A verifier of what clients show.
     *
     * @param clock judges validity, at the time of each handshake
     */
    public ClientVerifier(Trust trust, Clock clock) {
        this.trust = trust;
        this.clock = clock;
        this.paths = new TrustedPaths(trust.authorities());
        try {
            lists = CertStore.getInstance("Collection", new CollectionCertStoreParameters(trust.revocationLists()));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has stores of certificates", e);
        }
    }

    /** Whose certificates are accepted. */
    public Trust trust() {
        return trust;
    }

    /**
     * Judges a chain, in the handshake or when a session is resumed.
     *
     * @param sent what the client has sent: its own certificate first, the others in any order
     * @throws IllegalArgumentException when there is none
     */
    public ClientVerdict verify(List<X509Certificate> sent) {
        if (sent.isEmpty()) {
            throw new IllegalArgumentException("nothing to verify");
        }
        X509Certificate leaf = sent.get(0);
        if (sent.size() > LONGEST) {
            return refused(Fault.BAD, leaf, "a chain of " + sent.size() + " certificates, expected at most " + LONGEST);
        }
        Instant now = clock.instant();
        Optional<TrustedPath> path = paths.find(sent, now);
        if (path.isEmpty()) {
            return refused(Fault.UNKNOWN_CA, leaf, ClientWords.noWay(sent));
        }
        return refusalOf(path.get(), leaf, now).orElseGet(() -> identify(path.get(), leaf));
    }

    private Optional<ClientVerdict> refusalOf(TrustedPath path, X509Certificate leaf, Instant now) {
        Optional<ClientVerdict> invalid =
                path.certificates().isEmpty() ? outOfDate(leaf, now) : validate(path, leaf, now);
        return invalid.or(() -> ClientUsage.problem(leaf, path.certificates())
                .map(problem -> refused(Fault.WRONG_USAGE, leaf, problem)));
    }

    /** A certificate that is trusted by itself has nothing else that could be looked at. */
    private static Optional<ClientVerdict> outOfDate(X509Certificate leaf, Instant now) {
        if (now.isAfter(leaf.getNotAfter().toInstant())) {
            return Optional.of(refused(Fault.EXPIRED, leaf, ClientWords.expired(leaf, leaf)));
        }
        return now.isBefore(leaf.getNotBefore().toInstant())
                ? Optional.of(refused(Fault.NOT_YET_VALID, leaf, ClientWords.notYetValid(leaf, leaf)))
                : Optional.empty();
    }

    private Optional<ClientVerdict> validate(TrustedPath path, X509Certificate leaf, Instant now) {
        try {
            PKIXParameters parameters = new PKIXParameters(Set.of(new TrustAnchor(path.anchor(), null)));
            parameters.setDate(Date.from(now));
            parameters.setRevocationEnabled(!trust.revocationLists().isEmpty());
            parameters.addCertStore(lists);
            CertPathValidator.getInstance("PKIX")
                    .validate(
                            CertificateFactory.getInstance("X.509").generateCertPath(path.certificates()), parameters);
            return Optional.empty();
        } catch (CertPathValidatorException e) {
            ClientFailure failure = new ClientFailure(path, trust.revocationLists(), now);
            return Optional.of(refused(ClientFailure.fault(e), leaf, failure.words(e)));
        } catch (GeneralSecurityException e) {
            return Optional.of(refused(Fault.BAD, leaf, "it cannot be validated: " + e.getMessage()));
        }
    }

    private ClientVerdict identify(TrustedPath path, X509Certificate leaf) {
        ClientIdentity client;
        try {
            client = ClientIdentity.of(path.certificates().isEmpty() ? List.of(leaf) : path.certificates());
        } catch (CertificateParsingException e) {
            return refused(Fault.BAD, leaf, "its alternative names cannot be read");
        }
        boolean allowed = trust.rules().isEmpty() || trust.rules().stream().anyMatch(rule -> rule.isMetBy(client));
        return allowed ? new Accepted(client) : refused(Fault.NOT_ALLOWED, leaf, notAllowed(client));
    }

    private String notAllowed(ClientIdentity client) {
        return "it meets none of " + Source.full(Source.ALLOWED_CLIENTS) + ", "
                + trust.rules().stream().map(ClientRule::toString).collect(Collectors.joining("; ", "[", "]"))
                + "; it has " + ClientWords.names(client);
    }

    private static Refused refused(Fault fault, X509Certificate leaf, String problem) {
        return new Refused(fault, ClientWords.describe(leaf) + ": " + problem);
    }
}

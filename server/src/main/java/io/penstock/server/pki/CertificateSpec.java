package io.penstock.server.pki;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * What a certificate shall say. Immutable; start with {@link #server}, {@link #client} or {@link #authority} and change
 * what matters: {@code server("localhost").keyType(RSA_2048).valid(lastYear, yesterday)}.
 *
 * @param role what the certificate is for
 * @param commonName the subject; cut at the 64 characters that X.520 allows
 * @param names subject alternative names, told apart by their form: DNS names, also with a wildcard, IP addresses,
 *     URIs ({@code SCHEME://…} and {@code urn:…}), mail addresses
 * @param keyType of the new key
 * @param notBefore start of validity, to the second
 * @param notAfter end of validity, to the second
 * @param permitted for an authority: DNS names (and all below them) and address ranges such as {@code 127.0.0.0/8} that
 *     it may issue for, a critical constraint; empty: anything
 */
public record CertificateSpec(
        Role role,
        String commonName,
        List<String> names,
        KeyType keyType,
        Instant notBefore,
        Instant notAfter,
        List<String> permitted) {

    /** What a certificate is for: decides basicConstraints, keyUsage and extendedKeyUsage. */
    public enum Role {
        AUTHORITY,
        SERVER,
        CLIENT
    }

    public CertificateSpec {
        names = List.copyOf(names);
        permitted = List.copyOf(permitted);
    }

    /** A server's leaf, P-256, valid from an hour ago for 90 days; the first name is also its subject. */
    public static CertificateSpec server(String... names) {
        return leaf(Role.SERVER, names.length == 0 ? "server" : names[0]).names(names);
    }

    /** A client's leaf, P-256, valid from an hour ago for 90 days, without alternative names. */
    public static CertificateSpec client(String commonName) {
        return leaf(Role.CLIENT, commonName);
    }

    /** A CA, P-256, valid from an hour ago for ten years. */
    public static CertificateSpec authority(String commonName) {
        return leaf(Role.AUTHORITY, commonName).validFor(Instant.now(), Duration.ofDays(3650));
    }

    private static CertificateSpec leaf(Role role, String commonName) {
        Instant now = Instant.now();
        return new CertificateSpec(role, commonName, List.of(), KeyType.EC_P256, now, now, List.of())
                .validFor(now, Duration.ofDays(90));
    }

    public CertificateSpec commonName(String newCommonName) {
        return new CertificateSpec(role, newCommonName, names, keyType, notBefore, notAfter, permitted);
    }

    public CertificateSpec names(String... newNames) {
        return names(List.of(newNames));
    }

    public CertificateSpec names(List<String> newNames) {
        return new CertificateSpec(role, commonName, newNames, keyType, notBefore, notAfter, permitted);
    }

    public CertificateSpec keyType(KeyType newKeyType) {
        return new CertificateSpec(role, commonName, names, newKeyType, notBefore, notAfter, permitted);
    }

    /** Any span, also one that is over or has not begun. */
    public CertificateSpec valid(Instant from, Instant until) {
        return new CertificateSpec(role, commonName, names, keyType, from, until, permitted);
    }

    /** From an hour before {@code now}, as clocks differ, until {@code span} after it. */
    public CertificateSpec validFor(Instant now, Duration span) {
        return valid(now.minus(Duration.ofHours(1)), now.plus(span));
    }

    public CertificateSpec permitted(List<String> newPermitted) {
        return new CertificateSpec(role, commonName, names, keyType, notBefore, notAfter, newPermitted);
    }
}

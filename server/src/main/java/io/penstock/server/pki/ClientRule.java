package io.penstock.server.pki;

import io.penstock.protocol.ClientIdentity;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import javax.security.auth.x500.X500Principal;

/**
 * One of {@code tls.allowed-clients}: which clients, of those whose certificate is good, may connect.
 *
 * <table>
 *   <caption>Forms</caption>
 *   <tr><td>{@code dns:NAME}</td><td>a DNS name of its, in any case; {@code *.example.org} is one label more</td></tr>
 *   <tr><td>{@code uri:URI}</td><td>a URI of its; {@code /*} at the end is any path below</td></tr>
 *   <tr><td>{@code email:ADDRESS}</td><td>a mail address of its; the domain in any case</td></tr>
 *   <tr><td>{@code subject:DN}</td><td>its subject (RFC 4514), compared as RFC 5280 section 7.1 has it</td></tr>
 *   <tr><td>{@code spki-sha256:BASE64}</td><td>the hash of its public key (RFC 7469 section 2.4)</td></tr>
 * </table>
 *
 * The common name is no DNS name, and a wildcard in a certificate stands for nothing. Immutable; equal by its text.
 */
public final class ClientRule {
    /** What a rule looks like. */
    static final String FORMS = "dns:NAME, uri:URI, email:ADDRESS, subject:DN or spki-sha256:BASE64";

    private static final int SHA_256 = 32;

    private final String text;
    private final Predicate<ClientIdentity> condition;

    private ClientRule(String text, Predicate<ClientIdentity> condition) {
        this.text = text;
        this.condition = condition;
    }

    /**
     * Reads a rule.
     *
     * @throws IllegalArgumentException where it is none: the text and what was expected
     */
    public static ClientRule of(String text) {
        int colon = text.indexOf(':');
        String kind = colon < 0 ? "" : text.substring(0, colon).strip().toLowerCase(Locale.ROOT);
        String value = text.substring(colon + 1).strip();
        return new ClientRule(
                kind + ":" + value,
                switch (kind) {
                    case "dns" -> dns(text, value);
                    case "uri" -> uri(text, value);
                    case "email" -> email(text, value);
                    case "subject" -> subject(text, value);
                    case "spki-sha256" -> key(text, value);
                    default -> throw bad(text, FORMS);
                });
    }

    private static IllegalArgumentException bad(String text, String expected) {
        return new IllegalArgumentException(text + " (expected: " + expected + ")");
    }

    private static Predicate<ClientIdentity> dns(String text, String value) {
        String below = value.startsWith("*.") ? value.substring(2) : value;
        String name = HostNames.dnsName(below)
                .orElseThrow(() -> bad(text, "dns:NAME with a DNS name, or with *. and one for any label before it"));
        String rule = value.startsWith("*.") ? "*." + name : name;
        return client -> client.dnsNames().stream()
                .flatMap(certified -> HostNames.dnsName(certified).stream())
                .anyMatch(certified -> HostNames.covers(rule, certified));
    }

    private static Predicate<ClientIdentity> uri(String text, String value) {
        UriPattern pattern;
        try {
            pattern = UriPattern.of(value);
        } catch (IllegalArgumentException e) {
            throw bad(text, String.valueOf(e.getMessage()));
        }
        return client -> pattern.isMetBy(client.uris());
    }

    private static Predicate<ClientIdentity> email(String text, String value) {
        String wanted = address(value).orElseThrow(() -> bad(text, "email:ADDRESS such as meter@example.org"));
        return client -> client.emails().stream()
                .flatMap(certified -> address(certified).stream())
                .anyMatch(wanted::equals);
    }

    /** The domain in one spelling, what stands before it as it is (RFC 5280 section 7.5). */
    private static Optional<String> address(String email) {
        int at = email.lastIndexOf('@');
        return at < 1 || email.indexOf('*') >= 0
                ? Optional.empty()
                : HostNames.dnsName(email.substring(at + 1)).map(domain -> email.substring(0, at + 1) + domain);
    }

    private static Predicate<ClientIdentity> subject(String text, String value) {
        X500Principal wanted;
        try {
            wanted = new X500Principal(value);
        } catch (IllegalArgumentException e) {
            throw bad(text, "subject:DN with a distinguished name such as CN=meter 7,O=Example (RFC 4514)");
        }
        if (wanted.getEncoded().length <= 2) {
            throw bad(text, "subject:DN with at least one attribute");
        }
        return client -> client.chain().get(0).getSubjectX500Principal().equals(wanted);
    }

    private static Predicate<ClientIdentity> key(String text, String value) {
        byte[] wanted = decoded(value).orElseThrow(() -> bad(text, "spki-sha256: and 44 characters of base64"));
        return client -> Arrays.equals(
                wanted, sha256(client.chain().get(0).getPublicKey().getEncoded()));
    }

    private static Optional<byte[]> decoded(String base64) {
        try {
            return Optional.of(Base64.getDecoder().decode(base64)).filter(hash -> hash.length == SHA_256);
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** A client's key as a rule names it. */
    static String keyOf(ClientIdentity client) {
        byte[] hash = sha256(client.chain().get(0).getPublicKey().getEncoded());
        return "spki-sha256:" + Base64.getEncoder().encodeToString(hash);
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** Whether a client meets it. */
    boolean isMetBy(ClientIdentity client) {
        return condition.test(client);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ClientRule rule && rule.text.equals(text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    /** As it stands in the configuration. */
    @Override
    public String toString() {
        return text;
    }
}

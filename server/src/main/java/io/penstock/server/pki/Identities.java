package io.penstock.server.pki;

import java.security.cert.X509Certificate;
import java.security.interfaces.ECKey;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * All certificates of a server, chosen by the name that a client asks for (SNI, RFC 6066 section 3): those with exactly
 * that name, then those with a wildcard that covers it. Among equals EC comes first, as it is cheaper for both sides,
 * RSA last, and otherwise the order of the configuration counts. Names are those of the subject alternative name; the
 * common name does not count, as for every client today. Immutable.
 */
public final class Identities {
    private static final String WILDCARD = "*.";

    private final List<Member> members;
    private final List<Identity> defaults;
    private final Map<String, List<Member>> exact = new LinkedHashMap<>();
    /** By what stands behind the star, with its dot. */
    private final Map<String, List<Member>> wildcard = new LinkedHashMap<>();

    private final List<String> warnings = new ArrayList<>();

    /**
     * A certificate and where it comes from.
     *
     * @param named the section of the configuration and the files
     */
    public record Member(IdentityFiles named, Identity identity) {}

    private Identities(List<Member> members) {
        this.members = List.copyOf(members);
        List<Member> sorted = members.stream()
                .sorted(Comparator.comparingInt(one -> rank(one.identity())))
                .toList();
        sorted.forEach(this::index);
        // The default's twins, such as an RSA leaf for the clients that cannot do with EC.
        Set<String> names = names(members.get(0));
        defaults = sorted.stream()
                .filter(one -> one.equals(members.get(0))
                        || (!names.isEmpty() && names(one).equals(names)))
                .map(Member::identity)
                .toList();
        members.stream().flatMap(one -> one.identity().warnings().stream()).forEach(warnings::add);
        members.stream().skip(1).forEach(this::warnIfNobodyGetsIt);
    }

    /**
     * Loads every section through {@link IdentityLoader}.
     *
     * @param first the certificate of the server as a whole
     * @param others further ones
     * @param hostname the name that clients use; a server without a certificate for it is warned about
     * @param clock judges validity
     * @throws io.penstock.protocol.InvalidSettingsException with every problem of all sections
     */
    public static Identities load(
            IdentityFiles first, List<IdentityFiles> others, Optional<String> hostname, Clock clock) {
        Problems problems = new Problems();
        List<Member> members = new ArrayList<>();
        load(first, others.isEmpty() ? hostname : Optional.empty(), clock, problems)
                .ifPresent(members::add);
        for (IdentityFiles other : others) {
            load(other, Optional.empty(), clock, problems).ifPresent(members::add);
        }
        problems.throwIfAny();
        Identities loaded = new Identities(members);
        if (!others.isEmpty()) {
            hostname.ifPresent(loaded::warnWithout);
        }
        return loaded;
    }

    private static Optional<Member> load(
            IdentityFiles named, Optional<String> hostname, Clock clock, Problems problems) {
        Problems own = new Problems();
        Optional<Identity> identity = new IdentityLoader(named, clock, FileAccess.SYSTEM, own).load(hostname);
        problems.addErrors(own);
        return identity.map(found -> new Member(named, found));
    }

    /** Certificates that have been loaded or issued. */
    public static Identities of(Identity first, Identity... others) {
        List<Member> members = new ArrayList<>();
        members.add(new Member(IdentityFiles.DEVELOPMENT, first));
        for (Identity other : others) {
            members.add(new Member(IdentityFiles.DEVELOPMENT, other));
        }
        return new Identities(members);
    }

    private void index(Member member) {
        for (String name : names(member)) {
            Map<String, List<Member>> index = name.startsWith(WILDCARD) ? wildcard : exact;
            String key = name.startsWith(WILDCARD) ? name.substring(1) : name;
            index.computeIfAbsent(key, none -> new ArrayList<>()).add(member);
        }
    }

    private static Set<String> names(Member member) {
        return new LinkedHashSet<>(HostNames.of(member.identity().leaf()));
    }

    private static int rank(Identity identity) {
        return switch (identity.leaf().getPublicKey().getAlgorithm()) {
            case "EC" -> 0;
            case "RSA" -> 2;
            default -> 1;
        };
    }

    /** All of them, that of the server as a whole first. */
    public List<Member> members() {
        return members;
    }

    /**
     * For who asks for no name, or for one that nothing covers: the certificate of the server as a whole, and such as are
     * for the same names with another kind of key.
     */
    public List<Identity> defaults() {
        return defaults;
    }

    /**
     * The certificates for a name, best first.
     *
     * @param serverName in lower case, without a final dot
     * @return empty when none covers it
     */
    public List<Identity> covering(String serverName) {
        Set<Member> found = new LinkedHashSet<>(exact.getOrDefault(serverName, List.of()));
        int dot = serverName.indexOf('.');
        if (dot > 0 && HostNames.address(serverName).isEmpty()) {
            found.addAll(wildcard.getOrDefault(serverName.substring(dot), List.of()));
        }
        List<Identity> identities = new ArrayList<>(found.size());
        found.forEach(member -> identities.add(member.identity()));
        return identities;
    }

    /** One line each: it works, but an operator would want to know. */
    public List<String> warnings() {
        return List.copyOf(warnings);
    }

    /** A client asks for a DNS name, so an address is no way to a certificate that is not the default. */
    private void warnIfNobodyGetsIt(Member member) {
        List<String> asked = names(member).stream()
                .filter(name -> HostNames.address(name).isEmpty())
                .toList();
        Source source =
                new Source(member.named().setting("cert"), member.named().cert().orElse(IdentityFiles.NOWHERE));
        if (asked.isEmpty()) {
            warnings.add(source.line("no client gets it, as it has no DNS name that one could ask for"
                    + "; remedy: a certificate with a subject alternative name"));
        } else if (asked.stream().noneMatch(name -> isFirst(name, member))) {
            warnings.add(source.line("no client gets it, as another certificate with such a key comes first for "
                    + String.join(", ", asked) + "; remedy: remove one of the two"));
        }
    }

    private boolean isFirst(String name, Member member) {
        List<Member> all = name.startsWith(WILDCARD)
                ? wildcard.getOrDefault(name.substring(1), List.of())
                : exact.getOrDefault(name, List.of());
        return all.stream()
                .filter(one -> kind(one.identity()).equals(kind(member.identity())))
                .findFirst()
                .filter(member::equals)
                .isPresent();
    }

    private static String kind(Identity identity) {
        X509Certificate leaf = identity.leaf();
        String algorithm = leaf.getPublicKey().getAlgorithm();
        return leaf.getPublicKey() instanceof ECKey ec
                ? algorithm + ec.getParams().getCurve().getField().getFieldSize()
                : algorithm;
    }

    private void warnWithout(String hostname) {
        String wanted = HostNames.normal(hostname).orElse(hostname);
        if (covering(wanted).isEmpty()) {
            warnings.add("penstock.hostname: " + hostname + " (no certificate covers it, so that clients of that name"
                    + " refuse the server; remedy: a certificate with the subject alternative name " + hostname + ")");
        }
    }
}

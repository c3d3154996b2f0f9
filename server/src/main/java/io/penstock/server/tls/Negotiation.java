package io.penstock.server.tls;

import io.penstock.server.pki.Identity;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.stream.Collectors;

/** Compares what a client offers with what we do, to say which of it is not in common. */
final class Negotiation {
    /** As an engine sees it. It stops at the first thing that fails, and some call each of these a cipher. */
    private static final Set<TlsFault> UNSPECIFIC = EnumSet.of(
            TlsFault.OLD_VERSION,
            TlsFault.NO_COMMON_CIPHER,
            TlsFault.NO_COMMON_GROUP,
            TlsFault.NO_COMMON_SIGNATURE,
            TlsFault.PROTOCOL_ERROR);

    private static final int SHOWN = 4;

    private Negotiation() {}

    /**
     * What we do.
     *
     * @param versions by their numbers
     * @param ciphers by IANA name
     * @param groups by IANA name
     * @param identities whose keys sign
     */
    record Offer(List<Integer> versions, List<String> ciphers, List<String> groups, List<Identity> identities) {
        Offer {
            versions = List.copyOf(versions);
            ciphers = List.copyOf(ciphers);
            groups = List.copyOf(groups);
            identities = List.copyOf(identities);
        }
    }

    /** The reason why a handshake had to fail, if there is one in the hello; else the failure as it is. */
    static TlsFailedException explain(ClientHello hello, Offer offer, TlsFailedException failure) {
        if (!UNSPECIFIC.contains(failure.fault())) {
            return failure;
        }
        boolean tls13 = both(hello, offer, Versions.TLS13);
        if (!tls13 && !both(hello, offer, Versions.TLS12)) {
            return because(failure, TlsFault.OLD_VERSION, hello.versions(), Versions::name, versions(offer));
        }
        List<String> ours = offer.ciphers().stream()
                .filter(suite -> Iana.isOfTls13(suite) == tls13)
                .toList();
        if (Collections.disjoint(hello.ciphers(), Iana.suites(ours))) {
            return because(failure, TlsFault.NO_COMMON_CIPHER, hello.ciphers(), Iana::suite, ours);
        }
        if (!hello.groups().isEmpty() && Collections.disjoint(hello.groups(), Iana.groups(offer.groups()))) {
            return because(failure, TlsFault.NO_COMMON_GROUP, hello.groups(), Iana::group, offer.groups());
        }
        if (offer.identities().stream()
                .noneMatch(one -> KeyChoice.fits(one.leaf().getPublicKey(), hello, tls13))) {
            return because(failure, TlsFault.NO_COMMON_SIGNATURE, hello.signatureSchemes(), Iana::scheme, keys(offer));
        }
        return failure;
    }

    private static boolean both(ClientHello hello, Offer offer, int version) {
        return offer.versions().contains(version)
                && (hello.versions().contains(version)
                        || (version == Versions.TLS12 && hello.versions().size() == 1 && newer(hello)));
    }

    /** Without {@code supported_versions} a higher number stands for TLS 1.2 (RFC 8446 appendix D.2). */
    private static boolean newer(ClientHello hello) {
        return hello.versions().get(0) > Versions.TLS13 && hello.versions().get(0) >> 8 == 3;
    }

    private static List<String> versions(Offer offer) {
        return offer.versions().stream().map(Versions::name).toList();
    }

    private static List<String> keys(Offer offer) {
        return offer.identities().stream()
                .map(one -> "a signature by the server's "
                        + one.leaf().getPublicKey().getAlgorithm() + " key")
                .distinct()
                .toList();
    }

    private static TlsFailedException because(
            TlsFailedException failure,
            TlsFault fault,
            List<Integer> offered,
            IntFunction<String> name,
            List<String> expected) {
        List<String> names = offered.stream()
                .filter(number -> !Iana.isTestOrSignal(number))
                .map(name::apply)
                .toList();
        return failure.as(fault, "it offers " + some(names, ", ") + " (expected: " + some(expected, " or ") + ")");
    }

    private static String some(List<String> names, String between) {
        String shown = names.stream().limit(SHOWN).collect(Collectors.joining(between));
        int more = names.size() - SHOWN;
        return names.isEmpty() ? "nothing" : more > 0 ? shown + between + more + " more" : shown;
    }
}

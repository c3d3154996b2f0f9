package io.penstock.server.tls;

import java.security.AlgorithmConstraints;
import java.security.AlgorithmParameters;
import java.security.CryptoPrimitive;
import java.security.Key;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Keeps an engine of a JDK before 20 to certain key exchange groups, which it asks about by their names: for one engine,
 * while {@code jdk.tls.namedGroups} is of the whole virtual machine. The order stays the client's. Later JDKs would take
 * the signature schemes of the curves away, too.
 */
final class GroupConstraints implements AlgorithmConstraints {
    private static final Set<String> OF_THE_JDK = Set.of(
            "x25519",
            "x448",
            "secp256r1",
            "secp384r1",
            "secp521r1",
            "ffdhe2048",
            "ffdhe3072",
            "ffdhe4096",
            "ffdhe6144",
            "ffdhe8192");

    private final Set<String> refused;

    GroupConstraints(List<String> allowed) {
        refused = new HashSet<>(OF_THE_JDK);
        allowed.forEach(refused::remove);
    }

    @Override
    public boolean permits(
            Set<CryptoPrimitive> primitives, String algorithm, @Nullable AlgorithmParameters parameters) {
        return !(primitives.contains(CryptoPrimitive.KEY_AGREEMENT) && refused.contains(algorithm));
    }

    @Override
    public boolean permits(Set<CryptoPrimitive> primitives, Key key) {
        return true;
    }

    @Override
    public boolean permits(
            Set<CryptoPrimitive> primitives, String algorithm, Key key, @Nullable AlgorithmParameters parameters) {
        return true;
    }
}

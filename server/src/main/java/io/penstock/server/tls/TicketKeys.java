package io.penstock.server.tls;

import io.penstock.server.pki.ClientRule;
import io.penstock.server.pki.Trust;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The keys that session tickets are encrypted with, and their rotation: a key makes tickets for its lifetime, and opens
 * them for as long again. They outlast a change of certificates, and end with a change of whose clients are accepted.
 * Thread-safe.
 */
final class TicketKeys {
    /** Name, HMAC key and AES key, 16 bytes each. */
    private static final int SIZE = 48;

    /**
     * The keys of a time, the one for new tickets first.
     *
     * @param number grows with each rotation
     * @param keys 48 bytes each
     */
    record Generation(long number, List<byte[]> keys) {
        Generation {
            keys = List.copyOf(keys);
        }
    }

    private final SecureRandom random = new SecureRandom();
    private final Duration lifetime;
    private final byte[] clients;
    private final LongSupplier nanoTime;
    private long since;
    private Generation current;

    private TicketKeys(Duration lifetime, byte[] clients, LongSupplier nanoTime) {
        this.lifetime = lifetime;
        this.clients = clients;
        this.nanoTime = nanoTime;
        this.since = nanoTime.getAsLong();
        this.current = new Generation(0, List.of(newKey()));
    }

    /**
     * Fresh keys.
     *
     * @param trust whose clients are accepted
     * @param nanoTime a monotonic clock
     */
    static TicketKeys of(Duration lifetime, Trust trust, LongSupplier nanoTime) {
        return new TicketKeys(lifetime, fingerprint(trust), nanoTime);
    }

    /**
     * The keys to go on with.
     *
     * @param before those until now; null: there are none
     * @param lifetime empty: nothing is resumed
     * @return those of before while nothing has changed; null when nothing is to be resumed
     */
    static @Nullable TicketKeys after(@Nullable TicketKeys before, Optional<Duration> lifetime, Trust trust) {
        if (lifetime.isEmpty()) {
            return null;
        }
        boolean same = before != null
                && before.lifetime.equals(lifetime.get())
                && Arrays.equals(before.clients, fingerprint(trust));
        return same ? before : of(lifetime.get(), trust, System::nanoTime);
    }

    /** 32 bytes that are others as soon as other clients are accepted. */
    static byte[] fingerprint(Trust trust) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(trust.clientAuth().name().getBytes(StandardCharsets.US_ASCII));
            for (X509Certificate authority : trust.authorities()) {
                digest.update(authority.getEncoded());
            }
            for (X509CRL list : trust.revocationLists()) {
                digest.update(list.getEncoded());
            }
            for (ClientRule rule : trust.rules()) {
                digest.update((rule + "\n").getBytes(StandardCharsets.UTF_8));
            }
            return digest.digest();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("what has been read can be written, and every Java has SHA-256", e);
        }
    }

    /** The keys of now. */
    synchronized Generation current() {
        long periods = (nanoTime.getAsLong() - since) / lifetime.toNanos();
        if (periods > 0) {
            since += periods * lifetime.toNanos();
            byte[] last = current.keys().get(0);
            List<byte[]> keys = periods == 1 ? List.of(newKey(), last) : List.of(newKey());
            current = new Generation(current.number() + 1, keys);
        }
        return current;
    }

    private byte[] newKey() {
        byte[] key = new byte[SIZE];
        random.nextBytes(key);
        return key;
    }
}

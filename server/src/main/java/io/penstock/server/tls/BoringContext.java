package io.penstock.server.tls;

import io.netty.internal.tcnative.CertificateVerifier;
import io.netty.internal.tcnative.SSL;
import io.netty.internal.tcnative.SSLContext;
import io.netty.internal.tcnative.SessionTicketKey;
import io.penstock.server.pki.ClientAuth;
import io.penstock.server.pki.ClientVerifier;
import io.penstock.server.pki.Identity;
import io.penstock.server.pki.Trust;
import java.util.Arrays;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A native SSL_CTX with everything that its connections go by. Thread-safe.
 *
 * <p>It counts who uses it, its maker included, and frees itself after the last: netty-tcnative keeps what its callbacks
 * need beside the SSL_CTX, without counting the connections that will call them.
 */
final class BoringContext {
    /** For tests: how many there are. */
    static final AtomicInteger LIVE = new AtomicInteger();

    private static final int MAX_CHAIN = 10;

    private final long handle;
    private final IdentityHashMap<Identity, Long> credentials = new IdentityHashMap<>();
    private final Trust trust;
    private final ClientVerifier clients;
    private final @Nullable TicketKeys keys;
    private final AtomicInteger users = new AtomicInteger(1);
    /** Whose certificates are being looked at, by their handles. */
    private final Map<Long, BoringEngine> checking = new ConcurrentHashMap<>();

    /** Which ticket keys BoringSSL has; -1 for none. */
    private volatile long generation = -1;

    /**
     * Makes one, used by its maker until {@link #release}.
     *
     * @param keys null: nothing is resumed
     * @throws BoringUnfitException when BoringSSL cannot do what is asked
     */
    BoringContext(
            BoringPolicy policy, ClientVerifier clients, Collection<Identity> identities, @Nullable TicketKeys keys)
            throws BoringUnfitException {
        this.clients = clients;
        this.trust = clients.trust();
        this.keys = keys;
        SSL.clearError();
        try {
            handle = SSLContext.make(policy.protocols(), SSL.SSL_MODE_SERVER);
        } catch (Exception e) {
            throw new BoringUnfitException("it makes no context: " + e.getMessage(), e);
        }
        LIVE.incrementAndGet();
        boolean made = false;
        try {
            configure(policy);
            for (Identity identity : identities) {
                credentials.put(identity, BoringMaterial.credential(identity));
            }
            made = true;
        } finally {
            SSL.clearError();
            if (!made) {
                release();
            }
        }
    }

    private void configure(BoringPolicy policy) throws BoringUnfitException {
        int mode = SSL.SSL_MODE_RELEASE_BUFFERS | SSL.SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER;
        SSLContext.setMode(handle, SSLContext.getMode(handle) | mode);
        // Tickets carry a session; a cache here would only hold memory.
        SSLContext.setSessionCacheMode(handle, SSL.SSL_SESS_CACHE_OFF);
        if (keys == null) {
            SSLContext.setOptions(handle, SSL.SSL_OP_NO_TICKET);
        }
        try {
            // A session is resumed under the same context only, whatever key opens it: no resumption with other trust.
            SSLContext.setSessionIdContext(handle, TicketKeys.fingerprint(trust));
            if (!SSLContext.setCipherSuite(handle, policy.ciphers(), false)
                    || !SSLContext.setCurvesList(handle, policy.groups().toArray(new String[0]))) {
                throw new BoringUnfitException("it does not take " + policy.ciphers() + ", " + policy.groups());
            }
            if (!policy.alpn().isEmpty()) {
                SSLContext.setAlpnProtos(
                        handle, policy.alpn().toArray(new String[0]), SSL.SSL_SELECTOR_FAILURE_NO_ADVERTISE);
            }
            askForCertificates();
        } catch (BoringUnfitException e) {
            throw e;
        } catch (Exception e) {
            // tcnative declares and throws java.lang.Exception itself.
            throw new BoringUnfitException(String.valueOf(e.getMessage()), e);
        }
    }

    private void askForCertificates() throws Exception {
        if (trust.clientAuth() == ClientAuth.NONE) {
            return;
        }
        // The names of the CAs, for clients that have several certificates.
        BoringMaterial.withBio(
                BoringMaterial.pem(trust.authorities()), bio -> SSLContext.setCACertificateBio(handle, bio));
        // Chain building takes up to milliseconds: it is a task, never the stream's thread.
        SSLContext.setUseTasks(handle, true);
        SSLContext.setCertVerifyCallback(handle, new CertificateVerifier() {
            @Override
            public int verify(long ssl, byte[][] chain, String method) {
                BoringEngine engine = checking.get(ssl);
                return engine == null ? X509_V_ERR_UNSPECIFIED : engine.judge(chain);
            }
        });
        boolean required = trust.clientAuth() == ClientAuth.REQUIRED;
        SSLContext.setVerify(handle, required ? SSL.SSL_CVERIFY_REQUIRED : SSL.SSL_CVERIFY_OPTIONAL, MAX_CHAIN);
    }

    /**
     * A native connection in server mode, which uses this context until {@link #freeConnection}.
     *
     * @param shown certificates, most wanted first; those that this context was made with
     * @return the handle of an SSL
     */
    long newConnection(List<Identity> shown) {
        users.incrementAndGet();
        long ssl = 0;
        boolean made = false;
        try {
            rotate();
            ssl = SSL.newSSL(handle, true);
            for (Identity identity : shown) {
                SSL.addCredential(
                        ssl, Optional.ofNullable(credentials.get(identity)).orElseThrow());
            }
            made = true;
            return ssl;
        } catch (Exception e) {
            throw new IllegalStateException("BoringSSL makes no connection: " + e.getMessage(), e);
        } finally {
            if (!made) {
                freeConnection(ssl);
            }
        }
    }

    /** Frees a connection and what belongs to it. */
    void freeConnection(long ssl) {
        if (ssl != 0) {
            SSL.freeSSL(ssl);
        }
        release();
    }

    /** Runs a task of BoringSSL's that looks at the certificates of this engine's client. */
    void check(long ssl, BoringEngine engine, Runnable task) {
        checking.put(ssl, engine);
        try {
            task.run();
        } finally {
            checking.remove(ssl);
        }
    }

    /** Judges clients. */
    ClientVerifier clients() {
        return clients;
    }

    /** Whether clients are asked for certificates. */
    boolean asksClients() {
        return trust.clientAuth() != ClientAuth.NONE;
    }

    private void rotate() {
        if (keys != null) {
            TicketKeys.Generation current = keys.current();
            if (current.number() != generation) {
                install(current);
            }
        }
    }

    private synchronized void install(TicketKeys.Generation current) {
        if (current.number() > generation) {
            SSLContext.setSessionTicketKeys(
                    handle,
                    current.keys().stream().map(BoringContext::ticketKey).toArray(SessionTicketKey[]::new));
            generation = current.number();
        }
    }

    private static SessionTicketKey ticketKey(byte[] key) {
        return new SessionTicketKey(
                Arrays.copyOfRange(key, 0, 16), Arrays.copyOfRange(key, 16, 32), Arrays.copyOfRange(key, 32, 48));
    }

    /** One user less; frees everything after the last. */
    void release() {
        if (users.decrementAndGet() == 0) {
            credentials.values().forEach(BoringMaterial::free);
            credentials.clear();
            SSLContext.free(handle);
            LIVE.decrementAndGet();
        }
    }
}

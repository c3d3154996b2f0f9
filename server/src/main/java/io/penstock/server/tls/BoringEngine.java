package io.penstock.server.tls;

import io.netty.internal.tcnative.CertificateVerifier;
import io.netty.internal.tcnative.SSL;
import io.penstock.protocol.ClientIdentity;
import io.penstock.protocol.TlsSession;
import io.penstock.server.pki.ClientVerdict;
import io.penstock.server.pki.Identity;
import java.io.ByteArrayInputStream;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.util.ByteString;
import org.jspecify.annotations.Nullable;

/**
 * The engine of BoringSSL, by netty-tcnative's functions: those of Netty that stand above them close both directions
 * when the peer closes its own. The peer's close_notify leaves our direction open in TLS 1.2 as well.
 *
 * <p>Between calls BoringSSL keeps an incomplete record and nothing else, and this what has not been taken, and part of
 * a record until the handshake is done. Bytes go in
 * and out through the thread's {@link BoringScratch}, which the native BIO only knows during a call.
 *
 * <p>The only task is the checking of a client's chain; key exchange takes a few hundred microseconds and is done at
 * once.
 */
final class BoringEngine implements TlsEngine {
    /** For tests: how many hold native memory. */
    static final AtomicInteger LIVE = new AtomicInteger();

    /**
     * What BoringSSL says while it reads is put by in a buffer of this size, which each connection keeps. It holds
     * any alert; a flight of the handshake takes several turns.
     */
    private static final int OWN_WORDS = 512;

    /** A record: type, version (2), length (2), RFC 8446 section 5.1. */
    private static final int HEADER = 5;

    private static final int CHANGE_CIPHER_SPEC = 20;
    private static final int ALERT = 21;
    private static final int APPLICATION_DATA = 23;
    /** TLS 1.2 allows 2^14 + 2048 (RFC 5246 section 6.2.3), which is more than TLS 1.3 does. */
    private static final int MAX_RECORD = (1 << 14) + 2048;

    private static final ByteString CLOSE_NOTIFY = ByteString.fromArrayUnsafe(new byte[] {21, 3, 3, 0, 2, 1, 0});

    private final BoringContext context;
    private final long ssl;
    private final long bio;

    /** Received and not yet with BoringSSL: part of a record of the handshake, what comes while a client is checked. */
    private ByteString received = ByteString.emptyByteString();

    private ByteString toPeer = ByteString.emptyByteString();
    private ByteString toUser = ByteString.emptyByteString();

    private @Nullable Runnable check;
    /** What the check has found; written by its thread, which the caller of {@link #resume} comes after. */
    private @Nullable ClientIdentity client;

    private @Nullable TlsFailedException refusal;

    private boolean spoken;
    private boolean checking;
    private boolean checkedAgain;
    private boolean open;
    private boolean peerClosed;
    private boolean closed;
    private boolean released;

    /**
     * Begins a handshake in server mode.
     *
     * @param shown certificates, most wanted first
     */
    BoringEngine(BoringContext context, List<Identity> shown) {
        this.context = context;
        ssl = context.newConnection(shown);
        LIVE.incrementAndGet();
        bio = SSL.bioNewByteBuffer(ssl, OWN_WORDS);
    }

    @Override
    public void receive(ByteString ciphertext) {
        received = received.concat(ciphertext);
        work();
    }

    @Override
    public void send(ByteString plaintext) {
        BoringScratch scratch = BoringScratch.ofThread();
        ByteString rest = plaintext;
        while (!rest.isEmpty()) {
            int length = scratch.fill(rest);
            write(scratch, length);
            rest = rest.drop(length);
        }
    }

    @Override
    public void closeOutbound() {
        if (closed) {
            return;
        }
        closed = true;
        if (open) {
            SSL.clearError();
            SSL.shutdownSSL(ssl);
            collectWords(BoringScratch.ofThread());
        } else if (!spoken) {
            // Without keys, and BoringSSL has no words for it. Later in a handshake there is no way to say it.
            toPeer = toPeer.concat(CLOSE_NOTIFY);
        }
    }

    @Override
    public @Nullable Runnable task() {
        Runnable task = check;
        check = null;
        return task == null ? null : () -> context.check(ssl, this, task);
    }

    @Override
    public void resume() {
        checking = false;
        work();
    }

    @Override
    public ByteString takePlaintext() {
        ByteString taken = toUser;
        toUser = ByteString.emptyByteString();
        return taken;
    }

    @Override
    public ByteString takeCiphertext() {
        ByteString taken = toPeer;
        toPeer = ByteString.emptyByteString();
        return taken;
    }

    @Override
    public boolean isOpen() {
        return open;
    }

    @Override
    public boolean isInboundClosed() {
        return peerClosed;
    }

    @Override
    public boolean isOutboundClosed() {
        return closed;
    }

    @Override
    public TlsSession session() {
        String serverName = SSL.getSniHostname(ssl);
        String alpn = SSL.getAlpnSelected(ssl);
        return new TlsSession(
                SSL.getVersion(ssl),
                BoringPolicy.ianaName(SSL.getCipherForSSL(ssl)),
                client,
                serverName == null ? null : serverName.toLowerCase(Locale.ROOT),
                alpn == null || alpn.isEmpty() ? null : alpn);
    }

    /** Whether the handshake was an abbreviated one. Once it is done. */
    boolean isResumed() {
        return SSL.isSessionReused(ssl);
    }

    @Override
    public void release() {
        if (!released) {
            released = true;
            context.freeConnection(ssl);
            LIVE.decrementAndGet();
        }
    }

    /**
     * Gives BoringSSL what has been received, for as long as it takes any: until the handshake is done a record at a
     * time, then all of it.
     */
    private void work() {
        BoringScratch scratch = BoringScratch.ofThread();
        boolean more = true;
        while (more && !checking) {
            int wanted = open ? received.size() : firstRecord();
            int length = scratch.fill(received.take(wanted));
            int left = read(scratch, length);
            received = peerClosed ? ByteString.emptyByteString() : received.drop(length - left);
            more = left < length && !received.isEmpty();
        }
    }

    /**
     * How much of what has been received is the first record; 0 while it is incomplete, and everything where it is no
     * record.
     *
     * <p>A client that gives up before it has keys says so in plain (RFC 8446 section 6), typically because it does not
     * trust our certificate. BoringSSL has its keys by then, and would take that for a damaged record.
     */
    private int firstRecord() {
        if (received.size() < HEADER) {
            return 0;
        }
        int type = received.apply(0);
        int length = ((received.apply(3) & 0xff) << 8) | (received.apply(4) & 0xff);
        if (type < CHANGE_CIPHER_SPEC || type > APPLICATION_DATA || length > MAX_RECORD) {
            return received.size();
        }
        if (received.size() < HEADER + length) {
            return 0;
        }
        if (type == ALERT && length == 2) {
            int alert = received.apply(HEADER + 1) & 0xff;
            received = ByteString.emptyByteString();
            throw TlsFailedException.byAlert(alert);
        }
        return HEADER + length;
    }

    /** Lets BoringSSL read from the scratch; how many bytes it has left there. */
    private int read(BoringScratch scratch, int length) {
        SSL.clearError();
        SSL.bioSetByteBuffer(bio, scratch.input, length, false);
        try {
            if (!open) {
                shakeHands(scratch, length);
            }
            if (open && !peerClosed) {
                decrypt(scratch, length);
            }
            return SSL.bioLengthByteBuffer(bio);
        } finally {
            // It keeps a bare pointer to the thread's memory.
            SSL.bioClearByteBuffer(bio);
            collectWords(scratch);
        }
    }

    private void shakeHands(BoringScratch scratch, int length) {
        while (true) {
            int result = SSL.doHandshake(ssl);
            if (result > 0) {
                if (refusal != null) {
                    throw failure();
                } else if (!checksAgain()) {
                    noteOpen(scratch, length);
                }
                return;
            }
            int error = SSL.getError(ssl, result);
            if (error == SSL.SSL_ERROR_WANT_WRITE) {
                makeRoom(scratch, length);
            } else if (error == SSL.SSL_ERROR_WANT_CERTIFICATE_VERIFY) {
                check = SSL.getTask(ssl);
                checking = true;
                return;
            } else if (error == SSL.SSL_ERROR_WANT_READ) {
                return;
            } else {
                throw failure();
            }
        }
    }

    /** BoringSSL takes a ticket's client as known, who may have expired or been revoked since. */
    private boolean checksAgain() {
        if (checkedAgain || !context.asksClients() || !isResumed()) {
            return false;
        }
        checkedAgain = true;
        byte[][] chain = resumedChain();
        if (chain.length > 0) {
            check = () -> judge(chain);
            checking = true;
        }
        return checking;
    }

    /** BoringSSL sends tickets with the first data. One that never writes would leave them, and their memory, there. */
    private void noteOpen(BoringScratch scratch, int length) {
        open = true;
        int left = SSL.bioLengthByteBuffer(bio);
        write(scratch, 0);
        SSL.bioSetByteBuffer(bio, scratch.input + length - left, left, false);
    }

    /** Takes every whole record. */
    private void decrypt(BoringScratch scratch, int length) {
        int filled = 0;
        try {
            while (true) {
                int result = SSL.readFromSSL(ssl, scratch.output + filled, BoringScratch.OUTPUT - filled);
                if (result > 0) {
                    filled += result;
                    if (filled == BoringScratch.OUTPUT) {
                        toUser = toUser.concat(scratch.copy(filled));
                        filled = 0;
                    }
                    continue;
                }
                int error = SSL.getError(ssl, result);
                if (error == SSL.SSL_ERROR_WANT_WRITE) {
                    toUser = toUser.concat(scratch.copy(filled));
                    filled = 0;
                    makeRoom(scratch, length);
                } else if (error == SSL.SSL_ERROR_ZERO_RETURN) {
                    peerClosed = true;
                    return;
                } else if (error == SSL.SSL_ERROR_WANT_READ) {
                    return;
                } else {
                    throw failure();
                }
            }
        } finally {
            // Also when a later record is broken: what came before it is good.
            if (filled > 0) {
                toUser = toUser.concat(scratch.copy(filled));
            }
        }
    }

    /** Takes what fills its buffer, then gives back the input that it had. */
    private void makeRoom(BoringScratch scratch, int length) {
        int left = SSL.bioLengthByteBuffer(bio);
        collectWords(scratch);
        SSL.bioSetByteBuffer(bio, scratch.input + length - left, left, false);
    }

    /** All that BoringSSL had to say by itself. Never part of it: the ring that holds it goes wrong then. */
    private void collectWords(BoringScratch scratch) {
        int length = SSL.bioLengthNonApplication(bio);
        if (length > 0) {
            SSL.bioSetByteBuffer(bio, scratch.output, BoringScratch.OUTPUT, true);
            SSL.bioFlushByteBuffer(bio);
            SSL.bioClearByteBuffer(bio);
            emit(scratch.copy(length));
        }
    }

    /** Encrypts what is in the scratch; nothing: what BoringSSL has kept until there is data. */
    private void write(BoringScratch scratch, int length) {
        // A flush in the midst of writing would be counted as written plaintext.
        collectWords(scratch);
        SSL.clearError();
        SSL.bioSetByteBuffer(bio, scratch.output, BoringScratch.OUTPUT, true);
        try {
            while (true) {
                int result = SSL.writeToSSL(ssl, scratch.input, length);
                int written = BoringScratch.OUTPUT - SSL.bioLengthByteBuffer(bio);
                if (written > 0) {
                    emit(scratch.copy(written));
                }
                if (result >= length) {
                    return;
                }
                if (SSL.getError(ssl, result) != SSL.SSL_ERROR_WANT_WRITE) {
                    throw failure();
                }
                SSL.bioSetByteBuffer(bio, scratch.output, BoringScratch.OUTPUT, true);
            }
        } finally {
            SSL.bioClearByteBuffer(bio);
        }
    }

    private void emit(ByteString bytes) {
        spoken = true;
        toPeer = toPeer.concat(bytes);
    }

    /** A verdict says more than BoringSSL, which knows only that there was one. */
    private TlsFailedException failure() {
        received = ByteString.emptyByteString();
        TlsFailedException said = BoringErrors.take();
        return refusal == null ? said : refusal;
    }

    /**
     * Judges the client, in a task. Never throws: BoringSSL would wait for an answer for ever.
     *
     * @return OpenSSL's code for the verdict
     */
    int judge(byte[][] chain) {
        try {
            ClientVerdict verdict = context.clients().verify(parse(chain));
            if (verdict instanceof ClientVerdict.Refused refused) {
                refusal = TlsFailedException.of(refused);
                return BoringVerdicts.code(refused.fault());
            }
            client = ((ClientVerdict.Accepted) verdict).client();
            return CertificateVerifier.X509_V_OK;
        } catch (CertificateException e) {
            refusal = TlsFailedException.inEngine(TlsFault.CLIENT_CERTIFICATE_BAD, "it cannot be read", e);
            return BoringVerdicts.code(ClientVerdict.Fault.BAD);
        } catch (RuntimeException | Error e) {
            refusal = TlsFailedException.inEngine(TlsFault.INTERNAL, "a client's certificate is not judged: " + e, e);
            return CertificateVerifier.X509_V_ERR_UNSPECIFIED;
        }
    }

    private static List<X509Certificate> parse(byte[][] chain) throws CertificateException {
        CertificateFactory factory = CertificateFactory.getInstance("X.509");
        List<X509Certificate> certificates = new ArrayList<>(chain.length);
        for (byte[] certificate : chain) {
            certificates.add((X509Certificate) factory.generateCertificate(new ByteArrayInputStream(certificate)));
        }
        return certificates;
    }

    /** The certificates of a session that is resumed. They are in its ticket. */
    private byte[][] resumedChain() {
        byte[] leaf = SSL.getPeerCertificate(ssl);
        if (leaf == null) {
            return new byte[0][];
        }
        byte[][] issuers = SSL.getPeerCertChain(ssl);
        byte[][] chain = new byte[issuers == null ? 1 : issuers.length + 1][];
        chain[0] = leaf;
        if (issuers != null) {
            System.arraycopy(issuers, 0, chain, 1, issuers.length);
        }
        return chain;
    }
}

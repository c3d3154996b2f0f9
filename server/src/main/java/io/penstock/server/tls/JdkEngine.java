package io.penstock.server.tls;

import io.penstock.protocol.ClientIdentity;
import io.penstock.protocol.TlsSession;
import java.nio.ByteBuffer;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;
import org.apache.pekko.util.ByteString;
import org.jspecify.annotations.Nullable;

/**
 * The engine of the Java runtime. It holds an incomplete record, if there is one, and no buffer besides.
 *
 * <p>Tasks are key exchange and the checking of clients' chains.
 */
final class JdkEngine implements TlsEngine {
    /** A record: type, version (2), length (2), RFC 8446 section 5.1. */
    private static final int HEADER = 5;

    private static final int CHANGE_CIPHER_SPEC = 20;
    private static final int ALERT = 21;
    private static final int APPLICATION_DATA = 23;
    /** RFC 8446 section 6.2. */
    private static final int DECODE_ERROR = 50;

    /** TLS 1.2 allows 2^14 + 2048 (RFC 5246 section 6.2.3), which is more than TLS 1.3 does. */
    private static final int MAX_RECORD = (1 << 14) + 2048;

    /**
     * Records in a row without data, beyond which a peer only wants to keep us busy: KeyUpdates, each of which costs
     * two key derivations, empty records, padding. BoringSSL and OpenSSL stop at the same number, and so do the outside
     * suites, which send exactly as many and expect to be served.
     */
    private static final int MAX_WITHOUT_DATA = 32;

    /** Suites for keys of either kind; an engine has a key of one. */
    private static final String FOR_RSA = "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256";

    private static final String FOR_EC = "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256";

    /** Application data of a version that there never was. */
    private static final byte[] NO_RECORD = {APPLICATION_DATA, 0, 0, 0, 0};

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    /** Where a thread's records are written before they are copied out in their size. */
    private static final ThreadLocal<ByteBuffer> SCRATCH =
            ThreadLocal.withInitial(() -> ByteBuffer.allocate(40 * 1024));

    private final SSLEngine engine;
    private final ClientTrustManager clients;

    /** Received and not yet unwrapped; null when there is nothing. */
    private @Nullable ByteBuffer received;

    /** What has been unwrapped since work began; null when that is nothing. One for all records that are there. */
    private @Nullable ByteBuffer plain;

    private ByteString toPeer = ByteString.emptyByteString();
    private ByteString toUser = ByteString.emptyByteString();
    /** Sent by the user and not yet wrapped, as the engine wants something else first. */
    private @Nullable ByteString toWrap;

    /** What a client showed when its session began, to be judged again as it is resumed; empty when nothing is. */
    private List<X509Certificate> unverified = List.of();

    /** Who the client is; null while that is not known, and when it shows no certificate. */
    private @Nullable ClientIdentity client;

    /** Why the client of a resumed session is refused. */
    private @Nullable TlsFailedException refusal;

    private boolean handshaken;
    private boolean open;
    private boolean needsTask;
    private boolean taskTaken;
    private boolean peerClosed;
    private boolean closing;
    private int withoutData;
    /** Something has been wrapped. */
    private boolean spoken;

    /**
     * Begins the handshake.
     *
     * @param engine in server mode, with its parameters set
     * @param clients the engine's trust manager
     */
    JdkEngine(SSLEngine engine, ClientTrustManager clients) {
        this.engine = engine;
        this.clients = clients;
        try {
            engine.beginHandshake();
        } catch (SSLException e) {
            throw new IllegalStateException("the JDK's engine does not begin", e);
        }
    }

    @Override
    public void receive(ByteString ciphertext) {
        // The engine decrypts in place, and a ByteString's array is not ours to write to.
        byte[] bytes = ciphertext.toArrayUnsafe();
        int kept = received == null ? 0 : received.remaining();
        ByteBuffer buffer = ByteBuffer.allocate(kept + bytes.length);
        if (received != null) {
            buffer.put(received);
        }
        received = buffer.put(bytes).flip();
        resume();
    }

    @Override
    public void send(ByteString plaintext) {
        toWrap = toWrap == null ? plaintext : toWrap.concat(plaintext);
        resume();
    }

    @Override
    public void closeOutbound() {
        closing = true;
        resume();
    }

    @Override
    public @Nullable Runnable task() {
        if (!unverified.isEmpty()) {
            return this::verifyAgain;
        }
        if (!needsTask) {
            return null;
        }
        needsTask = false;
        taskTaken = true;
        return this::runTasks;
    }

    /** JSSE does not look at the certificate of a session that is resumed: it may have expired since, or worse. */
    private void verifyAgain() {
        try {
            client = clients.verify(unverified);
            open = true;
        } catch (TlsFailedException e) {
            refusal = e;
        } finally {
            unverified = List.of();
        }
    }

    @Override
    public void resume() {
        if (refusal != null) {
            throw refused(refusal);
        }
        try {
            askForFailureOfTask();
            boolean more = true;
            while (more) {
                more = step();
            }
            if (!needsTask && unverified.isEmpty()) {
                noteEnd();
            }
        } catch (SSLException | RuntimeException e) {
            throw failed(e);
        } finally {
            // Also when a later record is broken: what came before it is good.
            collect();
        }
        if (received != null && (peerClosed || !received.hasRemaining())) {
            received = null;
        }
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
        return engine.isOutboundDone();
    }

    @Override
    public TlsSession session() {
        return JdkEngines.describe(engine, client);
    }

    /** All of it is on the heap. */
    @Override
    public void release() {
        received = null;
    }

    /** One operation of the engine; false when it waits for something. */
    private boolean step() throws SSLException {
        if (!unverified.isEmpty()) {
            return false;
        }
        switch (engine.getHandshakeStatus()) {
            case NEED_TASK -> {
                if (open && !isTls13()) {
                    refuseRenegotiation();
                }
                needsTask = true;
                return false;
            }
            case NEED_WRAP -> {
                return wrap(NOTHING);
            }
            default -> {
                // NEED_UNWRAP, or nothing in particular.
            }
        }
        if (received != null && !engine.isInboundDone() && unwrap(received)) {
            return true;
        }
        if (toWrap != null && open) {
            ByteBuffer plain = toWrap.asByteBuffer();
            toWrap = null;
            return wrap(plain);
        }
        if (closing && toWrap == null && !engine.isOutboundDone()) {
            engine.closeOutbound();
            return engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP;
        }
        return false;
    }

    /**
     * What a task threw is kept until a call asks for it; for some malformed extensions nothing else shows that the
     * handshake is over, and the client would wait until it times out.
     */
    private void askForFailureOfTask() throws SSLException {
        if (taskTaken) {
            taskTaken = false;
            engine.unwrap(NOTHING.duplicate(), NOTHING.duplicate());
        }
    }

    /** An engine that gave up in a task closes its inbound side, and tells why only when it is asked. */
    private void noteEnd() throws SSLException {
        if (!peerClosed && engine.isInboundDone()) {
            engine.unwrap(NOTHING.duplicate(), NOTHING.duplicate());
            peerClosed = true;
        }
    }

    private boolean isTls13() {
        return engine.getSession().getProtocol().equals("TLSv1.3");
    }

    /** The engine's own defence is a property of the whole virtual machine, which is not ours when embedded. */
    private void refuseRenegotiation() throws SSLException {
        SSLException refused = new SSLException("renegotiation refused");
        runTasks();
        try {
            // Throws what the tasks came to, and has the alert ready.
            engine.unwrap(NOTHING.duplicate(), NOTHING.duplicate());
        } catch (SSLException e) {
            refused.addSuppressed(e);
        }
        throw refused;
    }

    /**
     * There is no way to have the JDK's engine say no_renegotiation (RFC 5246 section 7.2.2). With nothing left but a
     * suite that its key is not for, it says handshake_failure instead of shaking hands.
     */
    private void prepareForRenegotiation() {
        boolean ec = engine.getSession().getCipherSuite().contains("_ECDSA_");
        engine.setEnabledCipherSuites(new String[] {ec ? FOR_RSA : FOR_EC});
    }

    private void runTasks() {
        for (Runnable task = engine.getDelegatedTask(); task != null; task = engine.getDelegatedTask()) {
            task.run();
        }
    }

    /** Unwraps every whole record; true when there is more for the engine to do. */
    private boolean unwrap(ByteBuffer source) throws SSLException {
        int before = source.remaining();
        boolean more = true;
        while (more && holdsRecord(source)) {
            refusePlainAlert(source);
            SSLEngineResult result = engine.unwrap(source, room(before));
            if (result.getStatus() == Status.BUFFER_OVERFLOW) {
                throw new SSLException("a record that is longer when it is opened");
            }
            limitRecordsWithoutData(result);
            noteHandshake(result);
            more = result.getStatus() == Status.OK
                    && result.bytesConsumed() > 0
                    && !wantsAttention()
                    && unverified.isEmpty();
        }
        return source.remaining() < before || wantsAttention();
    }

    /** Plaintext is never longer than its records, so as much as there was at first holds whatever they contain. */
    private ByteBuffer room(int size) {
        if (plain == null) {
            plain = ByteBuffer.allocate(size);
        }
        return plain;
    }

    private void limitRecordsWithoutData(SSLEngineResult result) {
        if (result.bytesProduced() > 0) {
            withoutData = 0;
        } else if (open && result.bytesConsumed() > 0 && ++withoutData > MAX_WITHOUT_DATA) {
            // No call of the engine brings a fatal alert about; close_notify ends it in order at least.
            engine.closeOutbound();
            throw TlsFailedException.inEngine(
                    TlsFault.EMPTY_RECORDS,
                    "more than " + MAX_WITHOUT_DATA + " in a row, KeyUpdates or empty ones",
                    null);
        }
    }

    private void collect() {
        if (plain != null && plain.position() > 0) {
            toUser = toUser.concat(take(plain.array(), plain.position()));
        }
        plain = null;
    }

    /** Whether the engine has something to say about these bytes. For part of a record it would want room first. */
    private static boolean holdsRecord(ByteBuffer source) {
        if (source.remaining() < HEADER) {
            return false;
        }
        int type = source.get(source.position());
        int length = source.getShort(source.position() + 3) & 0xffff;
        boolean tls = type >= CHANGE_CIPHER_SPEC && type <= APPLICATION_DATA && length <= MAX_RECORD;
        return !tls || source.remaining() >= HEADER + length;
    }

    /**
     * A client that gives up before it has keys says so in plain (RFC 8446 section 6), typically because it does not
     * trust our certificate. JSSE takes that for a damaged record and says nothing of its meaning.
     */
    private void refusePlainAlert(ByteBuffer source) {
        int at = source.position();
        boolean alert = !open && source.get(at) == ALERT && source.getShort(at + 3) == 2;
        if (alert) {
            throw TlsFailedException.byAlert(source.get(at + HEADER + 1) & 0xff);
        }
    }

    private boolean wantsAttention() {
        HandshakeStatus status = engine.getHandshakeStatus();
        return status == HandshakeStatus.NEED_TASK || status == HandshakeStatus.NEED_WRAP;
    }

    /** The array itself where it is nearly full, else a copy that does not keep the rest alive. */
    private static ByteString take(byte[] array, int length) {
        return length >= array.length - array.length / 8
                ? ByteString.fromArrayUnsafe(array, 0, length)
                : ByteString.fromArray(array, 0, length);
    }

    /** Wraps all of the source, or what the engine has to say by itself; true when something was produced. */
    private boolean wrap(ByteBuffer source) throws SSLException {
        boolean produced = false;
        SSLEngineResult result;
        do {
            ByteBuffer record = scratch();
            result = engine.wrap(source, record);
            if (record.position() > 0) {
                produced = true;
                spoken = true;
                toPeer = toPeer.concat(ByteString.fromByteBuffer(record.flip()));
            } else if (result.getStatus() == Status.BUFFER_OVERFLOW) {
                throw new SSLException("no room for a record of " + record.capacity() + " bytes");
            }
            noteHandshake(result);
        } while (source.hasRemaining() && result.getStatus() == Status.OK && result.bytesProduced() > 0);
        if (source.hasRemaining() && result.getStatus() != Status.CLOSED) {
            // The engine wants something else first.
            toWrap = ByteString.fromByteBuffer(source);
        }
        return produced;
    }

    private ByteBuffer scratch() {
        ByteBuffer scratch = SCRATCH.get();
        int size = engine.getSession().getPacketBufferSize();
        if (scratch.capacity() < size) {
            scratch = ByteBuffer.allocate(size);
            SCRATCH.set(scratch);
        }
        return scratch.clear();
    }

    /** The engine has a session before the client has proven itself; only its status tells that it is done. */
    private void noteHandshake(SSLEngineResult result) {
        boolean done = result.getHandshakeStatus() == HandshakeStatus.FINISHED
                || (result.getHandshakeStatus() == HandshakeStatus.NOT_HANDSHAKING
                        && result.getStatus() != Status.CLOSED);
        if (done && !handshaken) {
            handshaken = true;
            client = clients.accepted(engine);
            unverified = client == null ? JdkEngines.peerChain(engine) : List.of();
            open = unverified.isEmpty();
            if (!isTls13()) {
                prepareForRenegotiation();
            }
        }
    }

    private TlsFailedException failed(Exception cause) {
        TlsFailedException failure = sayAlert(TlsFailedException.of(cause));
        return spoken || cause instanceof TlsFailedException ? failure : withAlert(failure);
    }

    /**
     * After the handshake JSSE has no way to be told that the client is refused. Bytes that are no record make it say
     * internal_error and forget the session; its close_notify would tell the client that all was well.
     */
    private TlsFailedException refused(TlsFailedException cause) {
        try {
            engine.unwrap(ByteBuffer.wrap(NO_RECORD), NOTHING.duplicate());
        } catch (SSLException e) {
            cause.addSuppressed(e);
        }
        return sayAlert(cause);
    }

    /** Lets the engine say its alert. */
    private TlsFailedException sayAlert(TlsFailedException failure) {
        received = null;
        try {
            boolean more = true;
            while (more && engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP) {
                more = wrap(NOTHING);
            }
        } catch (SSLException | RuntimeException e) {
            // The engine has no alert to say; the socket closes without one.
            failure.addSuppressed(e);
        }
        return failure;
    }

    /**
     * Some malformed extensions end the JDK's engine without a word. As long as it has said nothing at all, there are no
     * keys, and an alert in plain is right.
     */
    private static TlsFailedException withAlert(TlsFailedException failure) {
        return TlsFailedException.refusal(failure.fault(), DECODE_ERROR, failure.detail());
    }
}

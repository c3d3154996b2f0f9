package io.penstock.server.tls;

import io.penstock.protocol.TlsSession;
import java.nio.ByteBuffer;
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

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    /** Where a thread's records are written before they are copied out in their size. */
    private static final ThreadLocal<ByteBuffer> SCRATCH =
            ThreadLocal.withInitial(() -> ByteBuffer.allocate(40 * 1024));

    private final SSLEngine engine;

    /** Received and not yet unwrapped; null when there is nothing. */
    private @Nullable ByteBuffer received;

    private ByteString toPeer = ByteString.emptyByteString();
    private ByteString toUser = ByteString.emptyByteString();
    /** Sent by the user and not yet wrapped, as the engine wants something else first. */
    private @Nullable ByteString toWrap;

    private boolean open;
    private boolean needsTask;
    private boolean taskTaken;
    private boolean peerClosed;
    private boolean closing;
    /** Something has been wrapped. */
    private boolean spoken;

    /**
     * Begins the handshake.
     *
     * @param engine in server mode, with its parameters set
     */
    JdkEngine(SSLEngine engine) {
        this.engine = engine;
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
        if (!needsTask) {
            return null;
        }
        needsTask = false;
        taskTaken = true;
        return () -> {
            for (Runnable task = engine.getDelegatedTask(); task != null; task = engine.getDelegatedTask()) {
                task.run();
            }
        };
    }

    @Override
    public void resume() {
        try {
            askForFailureOfTask();
            boolean more = true;
            while (more) {
                more = step();
            }
            if (!needsTask) {
                noteEnd();
            }
        } catch (SSLException e) {
            throw failed(e);
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
        return JdkEngines.describe(engine);
    }

    /** All of it is on the heap. */
    @Override
    public void release() {
        received = null;
    }

    /** One operation of the engine; false when it waits for something. */
    private boolean step() throws SSLException {
        switch (engine.getHandshakeStatus()) {
            case NEED_TASK -> {
                refuseRenegotiation();
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

    /** The engine's own defence is a property of the whole virtual machine, which is not ours when embedded. */
    private void refuseRenegotiation() throws SSLException {
        if (open && !engine.getSession().getProtocol().equals("TLSv1.3")) {
            throw new SSLException("renegotiation refused");
        }
    }

    /** Unwraps every whole record; true when there is more for the engine to do. */
    private boolean unwrap(ByteBuffer source) throws SSLException {
        int before = source.remaining();
        // Plaintext is never longer than its records, so this holds whatever they contain.
        byte[] array = new byte[before];
        ByteBuffer plain = ByteBuffer.wrap(array);
        boolean more = true;
        try {
            while (more && holdsRecord(source)) {
                refusePlainAlert(source);
                SSLEngineResult result = engine.unwrap(source, plain);
                if (result.getStatus() == Status.BUFFER_OVERFLOW) {
                    throw new SSLException("a record that is longer when it is opened");
                }
                noteHandshake(result);
                more = result.getStatus() == Status.OK && result.bytesConsumed() > 0 && !wantsAttention();
            }
        } finally {
            // Also when a later record is broken: what came before it is good.
            if (plain.position() > 0) {
                toUser = toUser.concat(take(array, plain.position()));
            }
        }
        return source.remaining() < before || wantsAttention();
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
        open = open
                || result.getHandshakeStatus() == HandshakeStatus.FINISHED
                || (result.getHandshakeStatus() == HandshakeStatus.NOT_HANDSHAKING
                        && result.getStatus() != Status.CLOSED);
    }

    /** Lets the engine say its alert. */
    private TlsFailedException failed(SSLException cause) {
        received = null;
        TlsFailedException failure = TlsFailedException.of(cause);
        try {
            boolean more = true;
            while (more && engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP) {
                more = wrap(NOTHING);
            }
        } catch (SSLException e) {
            // The engine has no alert to say; the socket closes without one.
            failure.addSuppressed(e);
        }
        return spoken ? failure : withAlert(failure);
    }

    /**
     * Some malformed extensions end the JDK's engine without a word. As long as it has said nothing at all, there are no
     * keys, and an alert in plain is right.
     */
    private static TlsFailedException withAlert(TlsFailedException failure) {
        return TlsFailedException.refusal(failure.fault(), DECODE_ERROR, failure.detail());
    }
}

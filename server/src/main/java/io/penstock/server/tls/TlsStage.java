package io.penstock.server.tls;

import io.penstock.protocol.TlsSession;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Supplier;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;
import org.apache.pekko.stream.Attributes;
import org.apache.pekko.stream.BidiShape;
import org.apache.pekko.stream.Inlet;
import org.apache.pekko.stream.Outlet;
import org.apache.pekko.stream.stage.AbstractInHandler;
import org.apache.pekko.stream.stage.AbstractOutHandler;
import org.apache.pekko.stream.stage.AsyncCallback;
import org.apache.pekko.stream.stage.GraphStage;
import org.apache.pekko.stream.stage.GraphStageLogic;
import org.apache.pekko.stream.stage.TimerGraphStageLogic;
import org.apache.pekko.util.ByteString;
import org.jspecify.annotations.Nullable;

/**
 * TLS over an SSLEngine, as one fused stage.
 *
 * <pre>
 *   plainIn  ──▶ wrap   ──▶ cipherOut      replies, alerts, close_notify
 *   plainOut ◀── unwrap ◀── cipherIn       every whole record of a read before one push
 * </pre>
 *
 * How it ends (RFC 8446 section 6.1): close_notify completes {@code plainOut} and leaves our direction open (TLS 1.3;
 * in TLS 1.2 the engine answers with its own close_notify at once). The transport's end without it fails {@code
 * plainOut} with {@link TruncatedException}. A TLS failure fails it with {@link TlsFailedException}; our alert is
 * written first, then FIN, and input is discarded until the peer's FIN or {@code linger}, because closing with unread
 * input would make a reset that overtakes the alert. Completing {@code plainIn} sends our close_notify, then FIN.
 *
 * <p>Back-pressure: the transport is read only while {@code plainOut} is wanted and nothing waits to be written. An
 * idle connection holds no buffer of this stage. Delegated tasks run on an executor, never on the stream's thread.
 */
final class TlsStage extends GraphStage<BidiShape<ByteString, ByteString, ByteString, ByteString>> {
    /** A record: type, version (2), length (2), RFC 8446 section 5.1; the longest ciphertext is section 5.2's. */
    private static final int HEADER = 5;

    private static final int CHANGE_CIPHER_SPEC = 20;
    private static final int ALERT = 21;
    private static final int APPLICATION_DATA = 23;
    /** TLS 1.2 allows 2^14 + 2048. */
    private static final int MAX_RECORD = (1 << 14) + 2048;

    private static final String LINGER = "linger";
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);
    /** A peer that makes us answer (KeyUpdate) without reading the answers is not read beyond this. */
    private static final int MAX_QUEUED = 64 * 1024;

    /** Where a thread's records are written before they are copied out in their size. */
    private static final ThreadLocal<ByteBuffer> SCRATCH =
            ThreadLocal.withInitial(() -> ByteBuffer.allocate(40 * 1024));

    private final Inlet<ByteString> plainIn = Inlet.create("TlsStage.plainIn");
    private final Outlet<ByteString> cipherOut = Outlet.create("TlsStage.cipherOut");
    private final Inlet<ByteString> cipherIn = Inlet.create("TlsStage.cipherIn");
    private final Outlet<ByteString> plainOut = Outlet.create("TlsStage.plainOut");
    private final BidiShape<ByteString, ByteString, ByteString, ByteString> shape =
            BidiShape.of(plainIn, cipherOut, cipherIn, plainOut);

    private final Supplier<SSLEngine> engines;
    private final Consumer<TlsSession> handshaken;
    private final Executor tasks;
    private final Duration linger;

    /**
     * A stage for one connection.
     *
     * @param engines gives the connection's engine, in server mode
     * @param handshaken told on the stream's thread, before the first plain byte
     * @param tasks runs key exchange and chain validation
     * @param linger how long input is discarded after a failure
     */
    TlsStage(Supplier<SSLEngine> engines, Consumer<TlsSession> handshaken, Executor tasks, Duration linger) {
        this.engines = engines;
        this.handshaken = handshaken;
        this.tasks = tasks;
        this.linger = linger;
    }

    @Override
    public BidiShape<ByteString, ByteString, ByteString, ByteString> shape() {
        return shape;
    }

    @Override
    public GraphStageLogic createLogic(Attributes attributes) {
        return new Logic();
    }

    private final class Logic extends TimerGraphStageLogic {
        private final SSLEngine engine = engines.get();
        private final AsyncCallback<Optional<Throwable>> taskDone = createAsyncCallback(this::onTaskDone);

        /** Received and not yet unwrapped; null when there is nothing. */
        private @Nullable ByteBuffer received;

        private ByteString toPeer = ByteString.emptyByteString();
        private ByteString toUser = ByteString.emptyByteString();
        /** Pushed by the user and not yet wrapped. */
        private @Nullable ByteString toWrap;

        private boolean open;
        private boolean taskRunning;
        /** The peer has ended its direction in order. */
        private boolean peerClosed;
        /** The user has ended our direction. */
        private boolean closing;

        /** Why TLS has failed; null while it has not. */
        private @Nullable TlsFailedException failure;

        Logic() {
            super(shape);
            setHandler(cipherIn, new AbstractInHandler() {
                @Override
                public void onPush() {
                    receive(grab(cipherIn));
                }

                @Override
                public void onUpstreamFinish() {
                    pump();
                }

                @Override
                public void onUpstreamFailure(Throwable failure) {
                    failStage(failure);
                }
            });
            setHandler(plainOut, new AbstractOutHandler() {
                @Override
                public void onPull() {
                    pump();
                }

                @Override
                public void onDownstreamFinish(Throwable cause) {
                    toUser = ByteString.emptyByteString();
                    pump();
                }
            });
            setHandler(plainIn, new AbstractInHandler() {
                @Override
                public void onPush() {
                    toWrap = grab(plainIn);
                    pump();
                }

                @Override
                public void onUpstreamFinish() {
                    closing = true;
                    pump();
                }

                @Override
                public void onUpstreamFailure(Throwable failure) {
                    onUpstreamFinish();
                }
            });
            setHandler(cipherOut, new AbstractOutHandler() {
                @Override
                public void onPull() {
                    pump();
                }

                @Override
                public void onDownstreamFinish(Throwable cause) {
                    toPeer = ByteString.emptyByteString();
                    cancel(plainIn);
                    pump();
                }
            });
        }

        @Override
        public void preStart() {
            try {
                engine.beginHandshake();
                pull(cipherIn);
            } catch (SSLException e) {
                breakOff(e);
                flush();
            }
        }

        private void receive(ByteString chunk) {
            if (failure != null || isClosed(plainOut)) {
                pump();
                return;
            }
            // The engine decrypts in place, and a ByteString's array is not ours to write to.
            byte[] bytes = chunk.toArrayUnsafe();
            int kept = received == null ? 0 : received.remaining();
            ByteBuffer buffer = ByteBuffer.allocate(kept + bytes.length);
            if (received != null) {
                buffer.put(received);
            }
            received = buffer.put(bytes).flip();
            pump();
        }

        /** Does what the engine can do now, then what the ports can. The only place that drives the engine. */
        private void pump() {
            if (taskRunning) {
                return;
            }
            try {
                boolean more = true;
                while (more && failure == null) {
                    more = step();
                }
            } catch (SSLException e) {
                breakOff(e);
            }
            if (taskRunning) {
                // JSSE holds the engine's lock while a task runs: any question to it would make this thread wait.
                return;
            }
            noteEnd();
            if (received != null && (peerClosed || !received.hasRemaining())) {
                received = null;
            }
            flush();
        }

        /** An engine that gave up in a delegated task closes its inbound side, and tells why only when it is asked. */
        private void noteEnd() {
            if (!peerClosed && failure == null && engine.isInboundDone()) {
                try {
                    engine.unwrap(NOTHING.duplicate(), NOTHING.duplicate());
                    peerClosed = true;
                } catch (SSLException e) {
                    breakOff(e);
                }
            }
        }

        /** One operation of the engine; false when it waits for something. */
        private boolean step() throws SSLException {
            switch (engine.getHandshakeStatus()) {
                case NEED_TASK -> {
                    refuseRenegotiation();
                    runTasks();
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

        /** The engine's own defence is a property of the whole virtual machine, which is not ours when embedded. */
        private void refuseRenegotiation() throws SSLException {
            if (open && !engine.getSession().getProtocol().equals("TLSv1.3")) {
                throw new SSLException("renegotiation refused");
            }
        }

        private void runTasks() {
            taskRunning = true;
            tasks.execute(() -> {
                Optional<Throwable> problem = Optional.empty();
                try {
                    for (Runnable task = engine.getDelegatedTask(); task != null; task = engine.getDelegatedTask()) {
                        task.run();
                    }
                } catch (Throwable e) {
                    // Whatever it is: without an answer the connection would wait for it forever.
                    problem = Optional.of(e);
                }
                taskDone.invoke(problem);
            });
        }

        private void onTaskDone(Optional<Throwable> problem) {
            taskRunning = false;
            problem.ifPresent(this::breakOff);
            pump();
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
                if (plain.position() > 0 && !isClosed(plainOut)) {
                    toUser = toUser.concat(take(array, plain.position()));
                }
            }
            return source.remaining() < before || wantsAttention();
        }

        /** Whether the engine has something to say about these bytes. For part of a record it would want room first. */
        private boolean holdsRecord(ByteBuffer source) {
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
        private void refusePlainAlert(ByteBuffer source) throws SSLException {
            int at = source.position();
            boolean alert = !open && source.get(at) == ALERT && source.getShort(at + 3) == 2;
            if (alert) {
                throw new SSLException("the client sent the alert " + Alerts.name(source.get(at + HEADER + 1) & 0xff));
            }
        }

        private boolean wantsAttention() {
            HandshakeStatus status = engine.getHandshakeStatus();
            return status == HandshakeStatus.NEED_TASK || status == HandshakeStatus.NEED_WRAP;
        }

        /** The array itself where it is nearly full, else a copy that does not keep the rest alive. */
        private ByteString take(byte[] array, int length) {
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
                    queue(ByteString.fromByteBuffer(record.flip()));
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

        private void queue(ByteString records) {
            if (!isClosed(cipherOut)) {
                toPeer = toPeer.concat(records);
            }
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
            if (!open && done) {
                open = true;
                handshaken.accept(TlsContext.describe(engine.getSession()));
            }
        }

        /** Our alert goes out, the user is told, and from here on input is only discarded. */
        private void breakOff(Throwable cause) {
            failure = new TlsFailedException(reason(cause), cause);
            received = null;
            try {
                boolean more = true;
                while (more && engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP) {
                    more = wrap(NOTHING);
                }
            } catch (SSLException e) {
                // The engine has no alert to say; the socket closes without one.
                failure.addSuppressed(e);
            }
        }

        private void flush() {
            if (!toUser.isEmpty() && isAvailable(plainOut)) {
                push(plainOut, toUser);
                toUser = ByteString.emptyByteString();
            }
            if (toUser.isEmpty() && !isClosed(plainOut)) {
                if (failure != null) {
                    fail(plainOut, failure);
                } else if (peerClosed) {
                    complete(plainOut);
                } else if (isClosed(cipherIn)) {
                    fail(plainOut, new TruncatedException());
                }
            }
            if (!toPeer.isEmpty() && isAvailable(cipherOut)) {
                push(cipherOut, toPeer);
                toPeer = ByteString.emptyByteString();
            }
            boolean outboundDone = failure != null || engine.isOutboundDone() || (!open && isClosed(cipherIn));
            if (outboundDone && toPeer.isEmpty()) {
                complete(cipherOut);
                cancel(plainIn);
            }
            if (isClosed(cipherOut) && isClosed(plainOut) && !isClosed(cipherIn) && !isTimerActive(LINGER)) {
                scheduleOnce(LINGER, linger);
            }
            demand();
        }

        private void demand() {
            boolean wanted = !open || isAvailable(plainOut) || isClosed(plainOut);
            if (wanted
                    && toUser.isEmpty()
                    && toPeer.size() < MAX_QUEUED
                    && !isClosed(cipherIn)
                    && !hasBeenPulled(cipherIn)) {
                pull(cipherIn);
            }
            if (open && toWrap == null && toPeer.isEmpty() && !isClosed(plainIn) && !hasBeenPulled(plainIn)) {
                pull(plainIn);
            }
        }

        @Override
        public void onTimer(Object key) {
            completeStage();
        }
    }

    /** JSSE wraps: the innermost message is the one that says what was wrong. */
    private static String reason(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        String message = cause.getMessage();
        return message == null ? cause.getClass().getSimpleName() : message;
    }
}

package io.penstock.server.tls;

import io.penstock.protocol.TlsSession;
import io.penstock.server.tls.HandshakeProgress.Step;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
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
 * TLS as one fused stage over a {@link TlsEngine}, which is made once the client's first message is there.
 *
 * <pre>
 *   plainIn  ──▶ send    ──▶ cipherOut      replies, alerts, close_notify
 *   plainOut ◀── unwrap ◀── cipherIn       every whole record of a read before one push
 * </pre>
 *
 * How it ends (RFC 8446 section 6.1): close_notify completes {@code plainOut} and leaves our direction open (TLS 1.3;
 * in TLS 1.2 the JDK's engine answers with its own close_notify at once). The transport's end without it fails {@code
 * plainOut} with {@link TruncatedException}. A TLS failure fails it with {@link TlsFailedException}; our alert is
 * written first, then FIN, and input is discarded until the peer's FIN or {@code linger}, because closing with unread
 * input would make a reset that overtakes the alert. Completing {@code plainIn} sends our close_notify, then FIN.
 *
 * <p>Back-pressure: the transport is read only while {@code plainOut} is wanted and nothing waits to be written. An
 * idle connection holds no buffer of this stage. Delegated tasks run on an executor, never on the stream's thread.
 */
final class TlsStage extends GraphStage<BidiShape<ByteString, ByteString, ByteString, ByteString>> {
    /** In plain, for a client that has not greeted (RFC 8446 section 6.1). */
    private static final ByteString CLOSE_NOTIFY = ByteString.fromArray(new byte[] {21, 3, 3, 0, 2, 1, 0});

    private static final String LINGER = "linger";
    /** A peer that makes us answer (KeyUpdate) without reading the answers is not read beyond this. */
    private static final int MAX_QUEUED = 64 * 1024;

    private final Inlet<ByteString> plainIn = Inlet.create("TlsStage.plainIn");
    private final Outlet<ByteString> cipherOut = Outlet.create("TlsStage.cipherOut");
    private final Inlet<ByteString> cipherIn = Inlet.create("TlsStage.cipherIn");
    private final Outlet<ByteString> plainOut = Outlet.create("TlsStage.plainOut");
    private final BidiShape<ByteString, ByteString, ByteString, ByteString> shape =
            BidiShape.of(plainIn, cipherOut, cipherIn, plainOut);

    private final Function<Optional<ClientHello>, TlsEngine> engines;
    private final BiFunction<ClientHello, TlsFailedException, TlsFailedException> explain;
    private final HandshakeProgress progress;
    private final Consumer<TlsSession> handshaken;
    private final Executor tasks;
    private final Duration linger;

    /**
     * A stage for one connection.
     *
     * @param engines gives the connection's engine, or throws {@link TlsFailedException#refusal}; what the client
     *     offers is empty where it could not be read
     * @param explain finds out by what the client offers why its handshake has failed
     * @param progress told how far the handshake is
     * @param handshaken told on the stream's thread, before the first plain byte
     * @param tasks runs what takes an engine long
     * @param linger how long input is discarded after a failure
     */
    TlsStage(
            Function<Optional<ClientHello>, TlsEngine> engines,
            BiFunction<ClientHello, TlsFailedException, TlsFailedException> explain,
            HandshakeProgress progress,
            Consumer<TlsSession> handshaken,
            Executor tasks,
            Duration linger) {
        this.engines = engines;
        this.explain = explain;
        this.progress = progress;
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
        private final AsyncCallback<Optional<Throwable>> taskDone = createAsyncCallback(this::onTaskDone);

        private final Lease lease = new Lease();

        /** Null once the client has greeted. */
        private @Nullable GreetingReader greeting = new GreetingReader();

        /** What the client offers, kept until it is no more needed to explain a failure. */
        private Optional<ClientHello> hello = Optional.empty();

        /** Null until the client has greeted. */
        private @Nullable TlsEngine engine;

        /** Received and not yet with the engine: what comes while a task runs. */
        private ByteString held = ByteString.emptyByteString();

        /** From the user, and not yet with the engine: what comes while a task runs. */
        private ByteString unsent = ByteString.emptyByteString();

        private ByteString toPeer = ByteString.emptyByteString();
        private ByteString toUser = ByteString.emptyByteString();

        private boolean open;
        private boolean taskRunning;
        /** Our direction has been ended. */
        private boolean closed;

        /** Why TLS has failed; null while it has not. */
        private @Nullable TlsFailedException failure;

        /** Why the transport has failed; null while it has not. */
        private @Nullable Throwable lost;

        Logic() {
            super(shape);
            setHandler(cipherIn, new AbstractInHandler() {
                @Override
                public void onPush() {
                    receive(grab(cipherIn));
                }

                @Override
                public void onUpstreamFinish() {
                    flush();
                }

                @Override
                public void onUpstreamFailure(Throwable cause) {
                    lost = open ? cause : progress.reset(cause);
                    flush();
                }
            });
            setHandler(plainOut, new AbstractOutHandler() {
                @Override
                public void onPull() {
                    flush();
                }

                @Override
                public void onDownstreamFinish(Throwable cause) {
                    flush();
                }
            });
            setHandler(plainIn, new AbstractInHandler() {
                @Override
                public void onPush() {
                    unsent = unsent.concat(grab(plainIn));
                    drive();
                }

                @Override
                public void onUpstreamFinish() {
                    drive();
                }

                @Override
                public void onUpstreamFailure(Throwable failure) {
                    onUpstreamFinish();
                }
            });
            setHandler(cipherOut, new AbstractOutHandler() {
                @Override
                public void onPull() {
                    flush();
                }

                @Override
                public void onDownstreamFinish(Throwable cause) {
                    cancel(plainIn);
                    flush();
                }
            });
        }

        @Override
        public void preStart() {
            pull(cipherIn);
        }

        private void receive(ByteString chunk) {
            if (failure == null && !isClosed(plainOut)) {
                if (greeting == null) {
                    held = held.concat(chunk);
                } else {
                    greet(greeting, chunk);
                }
            }
            drive();
        }

        /** The engine is chosen by what the client offers. */
        private void greet(GreetingReader reader, ByteString chunk) {
            Greeting read = reader.read(chunk);
            if (read instanceof Greeting.Incomplete) {
                progress.reached(Step.PART_OF_HELLO);
                return;
            }
            progress.reached(Step.HELLO);
            greeting = null;
            try {
                if (read instanceof Greeting.Foreign foreign) {
                    throw foreign.refusal();
                }
                held = reader.received();
                hello = read instanceof Greeting.Hello whole ? Optional.of(whole.hello()) : Optional.empty();
                engine = lease.hold(engines.apply(hello));
            } catch (RuntimeException e) {
                breakOff(TlsFailedException.of(e));
            }
        }

        /** Lets the engine work while it may, then does what the ports can. */
        private void drive() {
            TlsEngine current = engine;
            if (current != null) {
                long began = System.nanoTime();
                boolean more = true;
                while (more && failure == null && !taskRunning) {
                    more = operate(current);
                }
                progress.workedSince(began);
            } else if (failure == null && isClosed(plainIn) && !closed) {
                closed = true;
                toPeer = toPeer.concat(CLOSE_NOTIFY);
            }
            flush();
        }

        /** One operation of the engine and what comes out of it; false when there is nothing to do. */
        private boolean operate(TlsEngine current) {
            boolean worked = true;
            try {
                if (!held.isEmpty()) {
                    ByteString received = held;
                    held = ByteString.emptyByteString();
                    current.receive(received);
                } else if (!unsent.isEmpty()) {
                    ByteString sent = unsent;
                    unsent = ByteString.emptyByteString();
                    current.send(sent);
                } else if (isClosed(plainIn) && !closed) {
                    closed = true;
                    current.closeOutbound();
                } else {
                    worked = false;
                }
            } catch (RuntimeException e) {
                // Engines have faults of their own, and what provokes them is the peer's.
                breakOff(TlsFailedException.of(e));
            }
            collect(current);
            return worked;
        }

        private void collect(TlsEngine current) {
            toPeer = toPeer.concat(current.takeCiphertext());
            toUser = toUser.concat(current.takePlaintext());
            // Also when it has failed since: there may be plaintext from before that, and the session comes first.
            if (!open && current.isOpen()) {
                open = true;
                hello = Optional.empty();
                handshaken.accept(current.session());
            }
            Runnable task = failure == null ? current.task() : null;
            if (task != null) {
                run(task);
            }
        }

        private void run(Runnable task) {
            taskRunning = true;
            lease.begin();
            try {
                tasks.execute(() -> perform(task));
            } catch (RejectedExecutionException e) {
                // The system is going down.
                lease.end();
                throw e;
            }
        }

        private void perform(Runnable task) {
            Optional<Throwable> problem = Optional.empty();
            long began = System.nanoTime();
            try {
                task.run();
            } catch (Throwable e) {
                // Whatever it is: without an answer the connection would wait for it forever.
                problem = Optional.of(e);
            } finally {
                lease.end();
                progress.workedSince(began);
            }
            taskDone.invoke(problem);
        }

        private void onTaskDone(Optional<Throwable> problem) {
            taskRunning = false;
            TlsEngine current = Objects.requireNonNull(engine);
            try {
                if (problem.isPresent()) {
                    throw TlsFailedException.of(problem.get());
                }
                current.resume();
            } catch (RuntimeException e) {
                breakOff(TlsFailedException.of(e));
            }
            collect(current);
            drive();
        }

        /** The alert goes out, the user is told, and from here on input is only discarded. */
        private void breakOff(TlsFailedException cause) {
            failure = open
                    ? cause
                    : hello.map(offered -> explain.apply(offered, cause)).orElse(cause);
            hello = Optional.empty();
            greeting = null;
            held = ByteString.emptyByteString();
            toPeer = toPeer.concat(cause.record());
        }

        /** Does what the ports can. While a task runs the engine is not asked anything. */
        private void flush() {
            boolean inboundClosed = failure == null && !taskRunning && engine != null && engine.isInboundClosed();
            if (!toUser.isEmpty() && isAvailable(plainOut)) {
                push(plainOut, toUser);
                toUser = ByteString.emptyByteString();
            }
            if (isClosed(plainOut)) {
                toUser = ByteString.emptyByteString();
            } else if (toUser.isEmpty()) {
                if (failure != null) {
                    fail(plainOut, failure);
                } else if (inboundClosed) {
                    complete(plainOut);
                } else if (lost != null) {
                    fail(plainOut, lost);
                } else if (isClosed(cipherIn) && !taskRunning) {
                    fail(plainOut, open ? new TruncatedException() : progress.closed());
                }
            }
            if (lost != null && !isClosed(cipherOut)) {
                complete(cipherOut);
                cancel(plainIn);
            }
            if (isClosed(cipherOut)) {
                toPeer = ByteString.emptyByteString();
            } else if (!toPeer.isEmpty() && isAvailable(cipherOut)) {
                push(cipherOut, toPeer);
                progress.reached(Step.ANSWERED);
                toPeer = ByteString.emptyByteString();
            }
            if (toPeer.isEmpty() && outboundDone()) {
                complete(cipherOut);
                cancel(plainIn);
            }
            if (isClosed(cipherOut) && isClosed(plainOut) && !isClosed(cipherIn) && !isTimerActive(LINGER)) {
                scheduleOnce(LINGER, linger);
            }
            demand();
        }

        private boolean outboundDone() {
            if (failure != null) {
                return true;
            }
            if (engine == null) {
                return isClosed(cipherIn) || closed;
            }
            return !taskRunning && (engine.isOutboundClosed() || (!open && isClosed(cipherIn)));
        }

        private void demand() {
            boolean wanted = !open || isAvailable(plainOut) || isClosed(plainOut);
            if (wanted
                    && toUser.isEmpty()
                    && !taskRunning
                    && toPeer.size() < MAX_QUEUED
                    && !isClosed(cipherIn)
                    && !hasBeenPulled(cipherIn)) {
                pull(cipherIn);
            }
            if (open && toPeer.isEmpty() && !taskRunning && !isClosed(plainIn) && !hasBeenPulled(plainIn)) {
                pull(plainIn);
            }
        }

        @Override
        public void onTimer(Object key) {
            completeStage();
        }

        @Override
        public void postStop() {
            lease.stop();
        }
    }

    /** Gives an engine back once nobody uses it any more: neither the stage nor a task that outlives it. */
    private static final class Lease {
        private @Nullable TlsEngine engine;
        private boolean inTask;
        private boolean stopped;

        synchronized TlsEngine hold(TlsEngine held) {
            engine = held;
            return held;
        }

        synchronized void begin() {
            inTask = true;
        }

        synchronized void end() {
            inTask = false;
            releaseIfUnused();
        }

        synchronized void stop() {
            stopped = true;
            releaseIfUnused();
        }

        private void releaseIfUnused() {
            if (engine != null && stopped && !inTask) {
                engine.release();
                engine = null;
            }
        }
    }
}

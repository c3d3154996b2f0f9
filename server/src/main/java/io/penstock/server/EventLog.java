package io.penstock.server;

import io.penstock.processor.Escaper;
import io.penstock.protocol.BadFrameAction;
import io.penstock.protocol.CertificateEvent;
import io.penstock.protocol.ClientIdentity;
import io.penstock.protocol.ConnectionEnd;
import io.penstock.protocol.ConnectionEvent;
import io.penstock.protocol.ConnectionEvent.Accepted;
import io.penstock.protocol.ConnectionEvent.Closed;
import io.penstock.protocol.ConnectionEvent.Failed;
import io.penstock.protocol.ConnectionEvent.Faulted;
import io.penstock.protocol.ConnectionEvent.Framed;
import io.penstock.protocol.ConnectionEvent.Handshaken;
import io.penstock.protocol.ConnectionEvent.Held;
import io.penstock.protocol.ConnectionEvent.ListsRefused;
import io.penstock.protocol.ConnectionEvent.ListsReloaded;
import io.penstock.protocol.ConnectionEvent.Processed;
import io.penstock.protocol.ConnectionEvent.ProcessingFailed;
import io.penstock.protocol.ConnectionEvent.Refused;
import io.penstock.protocol.ConnectionEvent.Rejected;
import io.penstock.protocol.ConnectionEvent.Resumed;
import io.penstock.protocol.ConnectionEvent.Subscriber;
import io.penstock.protocol.ConnectionEvent.Summary;
import io.penstock.protocol.ConnectionEvent.Waits;
import io.penstock.protocol.ConnectionInfo;
import io.penstock.protocol.FailureAction;
import io.penstock.protocol.TlsSession;
import io.penstock.server.tls.TlsFault;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Writes events to the log: a line for each handshake, each end and each failure, with the connection's id and peer.
 * Batches and accepts are logged at debug level. Thread-safe.
 *
 * <p>A flood of clients cannot flood the log. Of connections that fail, {@link #FAILURES} of one code and source are
 * told in a minute, of everything else {@link #LINES_PER_SECOND} of one kind in a second; what is left out is counted,
 * and the count is told when that time is over. Each connection that a drain cuts is told. {@link Counters} count everything.
 */
public final class EventLog implements Subscriber {
    /** The logger's name. */
    public static final String NAME = "io.penstock.connection";

    static final int LINES_PER_SECOND = 100;
    static final int FAILURES = 5;

    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final String EVERYBODY = "";

    private final Logger log;
    private final LogLimit routine;
    private final LogLimit failures;

    /**
     * A subscriber that writes to this log.
     *
     * @param later gives an executor that runs what it is given after a time
     */
    EventLog(Logger log, Function<Duration, Executor> later) {
        this.log = log;
        routine = new LogLimit(LINES_PER_SECOND, SECOND, later.apply(SECOND), this::summarise);
        failures = new LogLimit(FAILURES, MINUTE, later.apply(MINUTE), this::summarise);
    }

    /** A subscriber with limits of its own. */
    public static EventLog create() {
        return new EventLog(
                LoggerFactory.getLogger(NAME),
                delay -> CompletableFuture.delayedExecutor(delay.toMillis(), TimeUnit.MILLISECONDS));
    }

    private void summarise(String words) {
        log.info("{}", words);
    }

    @Override
    public void on(ConnectionEvent event) {
        if (event instanceof Framed e) {
            log.debug(
                    "{} framed {} in batch {} from {} bytes", e.connection().label(), e.frames(), e.batch(), e.bytes());
        } else if (event instanceof Processed e) {
            log.debug(
                    "{} batch {} {} after {} ms",
                    e.connection().label(),
                    e.batch(),
                    e.step(),
                    e.took().toMillis());
        } else if (event instanceof Accepted e) {
            log.debug("{} accepted", e.connection().label());
        } else if (event instanceof Handshaken e) {
            write("connections opened", Level.INFO, e.connection(), () -> opened(e));
        } else if (event instanceof Closed e && e.end().kind() == ConnectionEnd.Kind.CUT) {
            // The report of a loss: of each connection, and no peer can have more of them.
            line(Level.WARN, e.connection().label(), e.end() + account(e.summary()));
        } else if (event instanceof Closed e) {
            write("connections ended", level(e.end()), e.connection(), () -> e.end() + account(e.summary()));
        } else if (event instanceof Failed e) {
            failed(e);
        } else if (event instanceof Rejected e && e.frame().action() != BadFrameAction.CLOSE) {
            // One that closes its connection is told by the connection's end.
            write(
                    "frames dropped, truncated or set aside",
                    Level.WARN,
                    e.connection(),
                    () -> "frame " + done(e.frame().action()) + e.frame().detail());
        } else if (event instanceof ProcessingFailed e) {
            write("frames not processed", Level.WARN, e.connection(), () -> failure(e));
        } else if (event instanceof Refused e) {
            String line = "refused by " + e.limit() + ": " + e.reason();
            failures.write(
                    "refused by " + e.limit(),
                    LogLimit.source(e.peer()),
                    () -> line(Level.WARN, ConnectionInfo.address(e.peer()), line));
        } else if (event instanceof Held e) {
            port(e.local(), "accepting is held by " + e.limit() + ", clients wait: " + e.reason());
        } else if (event instanceof Resumed e) {
            port(e.local(), "accepting goes on, after " + ms(e.after()) + " held by " + e.limit());
        } else if (event instanceof ListsReloaded e) {
            log.info(
                    "lists of addresses reloaded{}: {} denied, {} allowed",
                    of(e.listener()),
                    e.denied(),
                    e.allowed() == 0 ? "everybody else" : e.allowed());
        } else if (event instanceof ListsRefused e) {
            log.error("lists of addresses not reloaded, those in use stay: {}", Escaper.escape(joined(e.problems())));
        } else if (event instanceof Faulted e) {
            // By its class: nobody needs the same trace from each client.
            failures.write(
                    e.cause().getClass().getName(),
                    EVERYBODY,
                    () -> log.error(
                            "{} a fault of the server's own", e.connection().label(), e.cause()));
        }
    }

    private void port(InetSocketAddress local, String words) {
        routine.write(
                "accepting held, or goes on", EVERYBODY, () -> line(Level.WARN, ConnectionInfo.address(local), words));
    }

    private static String of(String listener) {
        return listener.equals(ConnectionInfo.DEFAULT_LISTENER) ? "" : " of listener " + listener;
    }

    private void failed(Failed e) {
        String code = e.end().code();
        String kind = code.isEmpty() ? e.end().kind().words() : code;
        String source = LogLimit.source(e.connection().peer());
        String who = e.connection().label();
        if (code.equals(TlsFault.PROBE.code())) {
            // Nobody has to do anything about it, and health checks come every few seconds.
            failures.count(kind, source);
            log.debug("{} not opened after {}: {}", who, ms(e.took()), e.end());
        } else {
            failures.write(
                    kind,
                    source,
                    () -> line(levelOfFailure(e.end()), who, "not opened after " + ms(e.took()) + ": " + e.end()));
        }
    }

    private static Level levelOfFailure(ConnectionEnd end) {
        boolean nobodysFault = TlsFault.byCode(end.code())
                .filter(fault -> fault.blame() == TlsFault.Blame.NETWORK)
                .isPresent();
        return nobodysFault ? Level.INFO : level(end);
    }

    @Override
    public void onCertificates(CertificateEvent event) {
        if (event instanceof CertificateEvent.Reloaded e) {
            String what = e.certificates().isEmpty() ? "the same ones, with other files" : joined(e.certificates());
            log.info("certificates reloaded: {}", Escaper.escape(what));
            e.warnings().forEach(line -> log.warn("{}", Escaper.escape(line)));
        } else if (event instanceof CertificateEvent.Refused e) {
            log.error("certificates not reloaded, those in use stay: {}", Escaper.escape(joined(e.problems())));
        } else if (event instanceof CertificateEvent.Expiring e) {
            log.atLevel(e.expired() ? Level.ERROR : Level.WARN).log("{}", Escaper.escape(e.line()));
        }
    }

    private static String joined(List<String> lines) {
        return String.join("; ", lines);
    }

    private static String opened(Handshaken e) {
        TlsSession tls = e.connection().tls();
        return tls == null
                ? "open, plaintext"
                : "handshake done: " + tls.version() + " " + tls.cipher() + who(tls.client()) + " in " + ms(e.took());
    }

    /** The issuer goes with the serial, the subject is for the eye. */
    private static String who(@Nullable ClientIdentity client) {
        return client == null
                ? ""
                : ", client " + client.subject() + " (serial " + client.serial() + ", issued by " + client.issuer()
                        + ")";
    }

    private static String account(Summary s) {
        StringBuilder words = new StringBuilder(64)
                .append("; ")
                .append(s.bytesIn())
                .append(" bytes in, ")
                .append(s.bytesOut())
                .append(" out, ")
                .append(s.framesProcessed())
                .append(" frames processed");
        append(words, s.framesFailed(), " failed");
        append(words, s.framesQuarantined(), " set aside");
        append(words, s.framesDropped(), " dropped");
        append(words, s.framesTruncated(), " truncated");
        append(words, s.framesLost(), " lost");
        append(words, s.bytesLost(), " bytes lost");
        return words.append(", open for ").append(ms(s.open())).append(slow(s)).toString();
    }

    /** What took most of the time of a connection that was there for longer than a second. */
    private static String slow(Summary s) {
        if (s.open().compareTo(SECOND) <= 0) {
            return "";
        }
        Waits waits = s.waits();
        Map.Entry<String, Duration> most = Stream.of(
                        Map.entry("client", waits.client()),
                        Map.entry("processor", waits.processor()),
                        Map.entry("limits", waits.limits()),
                        Map.entry("framing", waits.framing()),
                        Map.entry("TLS", waits.tls()))
                .max(Map.Entry.comparingByValue())
                .orElseThrow();
        return most.getValue().isZero()
                ? ""
                : ", slow: " + most.getKey() + " "
                        + 100 * most.getValue().toMillis() / s.open().toMillis() + " %";
    }

    private static void append(StringBuilder words, long count, String what) {
        if (count > 0) {
            words.append(", ").append(count).append(what);
        }
    }

    private static String done(BadFrameAction action) {
        return switch (action) {
            case TRUNCATE -> "truncated: ";
            case QUARANTINE -> "set aside: ";
            case DROP, CLOSE -> "dropped: ";
        };
    }

    private static String failure(ProcessingFailed e) {
        String others = e.frames() == 1 ? "" : " and " + (e.frames() - 1) + " after it";
        return "processing failed at frame " + e.frame() + others + " of batch " + e.batch() + ", "
                + follows(e.action()) + ": " + e.reason();
    }

    private static String follows(FailureAction action) {
        return switch (action) {
            case CLOSE -> "the connection is closed";
            case CONTINUE -> "the connection goes on";
            case QUARANTINE -> "set aside";
        };
    }

    private static Level level(ConnectionEnd end) {
        if (end.code().equals(ConnectionTimes.MAX_LIFETIME)) {
            return Level.INFO;
        }
        return switch (end.kind()) {
            case END_OF_STREAM, DRAINED, CLOSED_BY_PROCESSOR -> Level.INFO;
            case INTERNAL_ERROR -> Level.ERROR;
            default -> Level.WARN;
        };
    }

    private static String ms(Duration duration) {
        return duration.toMillis() + " ms";
    }

    private void write(String kind, Level level, ConnectionInfo connection, Supplier<String> words) {
        routine.write(kind, EVERYBODY, () -> line(level, connection.label(), words.get()));
    }

    /** Words may quote a peer or user code, so control characters are taken out: a line stays one line. */
    private void line(Level level, String who, String words) {
        log.atLevel(level).log("{} {}", who, Escaper.escape(words));
    }
}

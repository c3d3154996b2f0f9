package io.penstock.server;

import io.penstock.processor.Escaper;
import io.penstock.protocol.BadFrameAction;
import io.penstock.protocol.CertificateEvent;
import io.penstock.protocol.ConnectionEnd;
import io.penstock.protocol.ConnectionEvent;
import io.penstock.protocol.ConnectionEvent.Accepted;
import io.penstock.protocol.ConnectionEvent.Closed;
import io.penstock.protocol.ConnectionEvent.Failed;
import io.penstock.protocol.ConnectionEvent.Framed;
import io.penstock.protocol.ConnectionEvent.Handshaken;
import io.penstock.protocol.ConnectionEvent.Processed;
import io.penstock.protocol.ConnectionEvent.ProcessingFailed;
import io.penstock.protocol.ConnectionEvent.Refused;
import io.penstock.protocol.ConnectionEvent.Rejected;
import io.penstock.protocol.ConnectionEvent.Subscriber;
import io.penstock.protocol.ConnectionEvent.Summary;
import io.penstock.protocol.ConnectionInfo;
import io.penstock.protocol.TlsSession;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Writes events to the log: a line for each handshake, each end and each failure, with the connection's id and peer.
 * Batches and accepts are logged at debug level. Thread-safe.
 *
 * <p>A flood of clients cannot flood the log: beyond {@link #LINES_PER_SECOND} of one kind the lines are counted, and
 * the count is told with the next line of that kind. {@link Counters} count everything.
 */
public final class EventLog implements Subscriber {
    /** The logger's name. */
    public static final String NAME = "io.penstock.connection";

    static final int LINES_PER_SECOND = 100;

    private final Logger log;
    private final LogLimit opened = new LogLimit(LINES_PER_SECOND, System::nanoTime);
    private final LogLimit closed = new LogLimit(LINES_PER_SECOND, System::nanoTime);
    private final LogLimit failed = new LogLimit(LINES_PER_SECOND, System::nanoTime);
    private final LogLimit frames = new LogLimit(LINES_PER_SECOND, System::nanoTime);

    EventLog(Logger log) {
        this.log = log;
    }

    /** A subscriber with limits of its own. */
    public static EventLog create() {
        return new EventLog(LoggerFactory.getLogger(NAME));
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
            write(opened, Level.INFO, e.connection(), opened(e));
        } else if (event instanceof Closed e) {
            write(closed, level(e.end()), e.connection(), e.end() + account(e.summary()));
        } else if (event instanceof Failed e) {
            write(failed, Level.WARN, e.connection(), "not opened: " + e.end() + " after " + ms(e.took()));
        } else if (event instanceof Rejected e && e.frame().action() != BadFrameAction.CLOSE) {
            // One that closes its connection is told by the connection's end.
            write(
                    frames,
                    Level.WARN,
                    e.connection(),
                    "frame " + (truncated(e) ? "truncated: " : "dropped: ")
                            + e.frame().detail());
        } else if (event instanceof ProcessingFailed e) {
            write(frames, Level.WARN, e.connection(), failure(e));
        } else if (event instanceof Refused e) {
            write(failed, Level.WARN, ConnectionInfo.address(e.peer()), "refused: " + e.reason());
        }
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
                : "handshake done: " + tls.version() + " " + tls.cipher() + " in " + ms(e.took());
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
        append(words, s.framesRejected(), " rejected");
        append(words, s.framesLost(), " lost");
        append(words, s.bytesLost(), " bytes lost");
        return words.append(", open for ").append(ms(s.open())).toString();
    }

    private static void append(StringBuilder words, long count, String what) {
        if (count > 0) {
            words.append(", ").append(count).append(what);
        }
    }

    private static boolean truncated(Rejected e) {
        return e.frame().action() == BadFrameAction.TRUNCATE;
    }

    private static String failure(ProcessingFailed e) {
        return "processing failed at frame " + e.frame() + " of batch " + e.batch() + ", the connection "
                + (e.goesOn() ? "goes on" : "is closed") + ": " + e.reason();
    }

    private static Level level(ConnectionEnd end) {
        return switch (end.kind()) {
            case END_OF_STREAM, DRAINED, CLOSED_BY_PROCESSOR -> Level.INFO;
            default -> Level.WARN;
        };
    }

    private static String ms(Duration duration) {
        return duration.toMillis() + " ms";
    }

    private void write(LogLimit limit, Level level, ConnectionInfo connection, String words) {
        write(limit, level, connection.label(), words);
    }

    /** Words may quote a peer or user code, so control characters are taken out: a line stays one line. */
    private void write(LogLimit limit, Level level, String who, String words) {
        limit.write(before -> log.atLevel(level).log("{} {}{}", who, Escaper.escape(words), before));
    }
}

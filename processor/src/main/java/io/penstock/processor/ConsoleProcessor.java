package io.penstock.processor;

import io.penstock.protocol.ConnectionEnd;
import io.penstock.protocol.ConnectionInfo;
import io.penstock.protocol.Frames;
import java.io.ByteArrayOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.apache.pekko.util.ByteString;

/**
 * Prints frames: of {@code raw} the bytes the moment they come, of other protocols a line for each frame. Escaped by
 * {@link Escaper} unless told otherwise. Lines stay whole; the raw bytes of several connections interleave by read. In an
 * {@link Envelope} every frame is a record, also one of {@code raw}.
 *
 * <p>Every batch is one write to the stream. What cannot be written fails the frame: standard output is written as a
 * file, because {@link java.io.PrintStream} would swallow the error.
 */
final class ConsoleProcessor implements Processor {
    /** A batch that needed more does not leave its buffer behind. */
    private static final int KEPT_BUFFER = 1 << 20;

    private final OutputStream out;
    private final boolean verbatim;
    private final Envelope envelope;
    private final Clock clock;
    private final Escaper lines = Escaper.ofLines();
    /** By the id of a raw connection: a character may be split between two of its reads. */
    private final Map<Long, Escaper> streams = new HashMap<>();

    private ByteArrayOutputStream batch = new ByteArrayOutputStream();

    /**
     * @param out not closed by this processor
     * @param verbatim whether bytes go out as they are, without an envelope
     */
    ConsoleProcessor(OutputStream out, boolean verbatim, Envelope envelope, Clock clock) {
        this.out = out;
        this.verbatim = verbatim;
        this.envelope = envelope;
        this.clock = clock;
    }

    static ConsoleProcessor onStandardOutput(boolean verbatim, Envelope envelope) {
        return new ConsoleProcessor(new FileOutputStream(FileDescriptor.out), verbatim, envelope, Clock.systemUTC());
    }

    @Override
    public void process(Session session, ByteString frame) throws IOException {
        processAll(session, Frames.single(frame));
    }

    @Override
    public void processAll(Session session, Frames frames) throws IOException {
        if (envelope == Envelope.NONE) {
            frames.forEach(frame -> print(session.connection(), frame));
        } else {
            wrap(session.connection(), frames);
        }
        write();
    }

    private void print(ConnectionInfo connection, ByteString frame) {
        boolean delimited = connection.protocol().delimited();
        if (verbatim) {
            batch.writeBytes(frame.toArrayUnsafe());
        } else if (delimited) {
            lines.escape(frame, batch);
            lines.end(batch);
        } else {
            streams.computeIfAbsent(connection.id(), id -> Escaper.ofStream()).escape(frame, batch);
        }
        if (delimited) {
            batch.write('\n');
        }
    }

    private void wrap(ConnectionInfo connection, Frames frames) {
        Instant now = clock.instant();
        for (ByteString frame : frames) {
            envelope.wrap(connection, now, frame, batch);
            if (envelope == Envelope.JSON) {
                batch.write('\n');
            }
        }
    }

    /** Prints what is left of a character that never became complete. */
    @Override
    public void closed(Session session, ConnectionEnd end) throws IOException {
        Escaper stream = streams.remove(session.connection().id());
        if (stream != null) {
            stream.end(batch);
            write();
        }
    }

    @Override
    public void close() throws IOException {
        streams.values().forEach(stream -> stream.end(batch));
        streams.clear();
        write();
    }

    private void write() throws IOException {
        if (batch.size() == 0) {
            return;
        }
        try {
            batch.writeTo(out);
            out.flush();
        } finally {
            // Also when writing fails: nothing is written twice.
            int size = batch.size();
            batch.reset();
            if (size > KEPT_BUFFER) {
                batch = new ByteArrayOutputStream();
            }
        }
    }
}

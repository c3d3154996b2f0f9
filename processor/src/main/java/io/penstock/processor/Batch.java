package io.penstock.processor;

import io.penstock.protocol.ConnectionInfo;
import io.penstock.protocol.Frames;
import java.time.Instant;
import java.util.List;
import org.apache.pekko.util.ByteString;

/**
 * The frames of one read that go to one file, in order.
 *
 * @param time when the processor was given them
 * @param count of frames
 * @param payloadBytes of all frames together
 */
record Batch(ConnectionInfo connection, Instant time, Iterable<ByteString> frames, int count, long payloadBytes) {
    static Batch of(ConnectionInfo connection, Instant time, Frames frames) {
        return new Batch(connection, time, frames, frames.size(), frames.payloadBytes());
    }

    static Batch of(ConnectionInfo connection, Instant time, List<ByteString> frames) {
        long bytes = frames.stream().mapToLong(ByteString::size).sum();
        return new Batch(connection, time, frames, frames.size(), bytes);
    }

    /** Whether the frames have edges of their own. */
    boolean delimited() {
        return connection.protocol().delimited();
    }

    /** Whether the last byte of all frames together is an LF. */
    boolean endsInLineFeed() {
        boolean ends = false;
        for (ByteString frame : frames) {
            ends = frame.isEmpty() ? ends : frame.apply(frame.size() - 1) == '\n';
        }
        return ends;
    }
}

package io.penstock.server.bench;

import io.penstock.server.tls.ClientConnection;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A line, and then the same line back. */
final class EchoWork implements Work {
    private final Dialer dialer;
    private final byte[] line;
    private final byte[] reply;
    private final Measurements measurements;
    private final LoadClock clock;
    private volatile @Nullable ClientConnection current;

    EchoWork(Dialer dialer, byte[] line, Measurements measurements, LoadClock clock) {
        this.dialer = dialer;
        this.line = line;
        this.reply = new byte[line.length];
        this.measurements = measurements;
        this.clock = clock;
    }

    @Override
    public void prepare() throws IOException {
        close();
        dialer.await();
        ClientConnection connection = dialer.dial();
        current = connection;
        connection.limitReads();
    }

    @Override
    public void perform(Due due) throws IOException {
        ClientConnection connection = connection();
        connection.write(line, 0, line.length);
        measurements.sent(line.length, clock.nanos());
        for (int read = 0; read < line.length; ) {
            int count = connection.read(reply);
            if (count < 0) {
                throw Endings.early();
            }
            compare(read, count);
            read += count;
        }
        long now = clock.nanos();
        measurements.received(line.length, now);
        measurements.answered(due, now);
    }

    private void compare(int from, int count) throws IOException {
        if (from + count > line.length || !Arrays.equals(line, from, from + count, reply, 0, count)) {
            throw new IOException("the server answered something else than what it was sent: is its processor echo?");
        }
    }

    private ClientConnection connection() throws IOException {
        ClientConnection connection = current;
        if (connection == null) {
            throw Endings.early();
        }
        return connection;
    }

    @Override
    public void finish() throws IOException {
        try (ClientConnection connection = connection()) {
            Endings.inOrder(connection);
        }
    }

    @Override
    public void close() {
        Endings.close(current);
    }
}

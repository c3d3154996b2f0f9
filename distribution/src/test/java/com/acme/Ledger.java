package com.acme;

import com.typesafe.config.Config;
import io.penstock.processor.Processor;
import io.penstock.processor.Session;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.CRC32C;
import org.apache.pekko.util.ByteString;

/**
 * A user's processor that is slow: it does nothing until a file, the gate, is there, and naps now and then. It counts
 * and sums up all lines, and answers the line {@code total} with both.
 */
public final class Ledger implements Processor {
    private static final int NAP_EVERY = 20_000;
    private static final long NAP_MILLIS = 3;
    private static final long LOOK_MILLIS = 20;
    private static final ByteString TOTAL = ByteString.fromString("total");

    private final Path gate;
    private final CRC32C sum = new CRC32C();
    private long bytes;
    private long lines;
    private boolean open;

    /** Takes {@code gate}, the file to wait for. */
    public Ledger(Config config) {
        gate = Path.of(config.getString("gate"));
    }

    @Override
    public void process(Session session, ByteString frame) throws InterruptedException {
        while (!open) {
            open = Files.exists(gate);
            Thread.sleep(LOOK_MILLIS);
        }
        if (frame.equals(TOTAL)) {
            session.send(ByteString.fromString(bytes + " " + sum.getValue()));
            return;
        }
        sum.update(frame.asByteBuffer());
        sum.update('\n');
        bytes += frame.size() + 1L;
        if (++lines % NAP_EVERY == 0) {
            Thread.sleep(NAP_MILLIS);
        }
    }
}

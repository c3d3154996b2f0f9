package io.penstock.server;

import io.penstock.protocol.BadFrame;
import io.penstock.protocol.ConnectionEvent.Summary;
import io.penstock.protocol.ConnectionEvent.Waits;
import io.penstock.protocol.Frames;
import io.penstock.protocol.Receipt;
import java.time.Duration;
import java.util.ArrayDeque;
import org.apache.pekko.util.ByteString;
import org.jspecify.annotations.Nullable;

/**
 * What one connection has received and what of it has been answered. Belongs to its ConnectionActor.
 *
 * <p>At any time each frame that came is counted once for what has become of it, or is in an open batch and not answered, or
 * on its way into quarantine. {@link #close} counts the last two as lost.
 */
final class Account {
    /** A batch that the processor has not answered whole. */
    static final class Batch {
        final long number;
        final int pinned;
        final int frames;
        final Frames payload;
        final Receipt receipt;
        final long sentAt = System.nanoTime();
        /** What the sender is still to be told of bad frames among these or after them, in order. */
        final ArrayDeque<Due> due = new ArrayDeque<>(0);
        /** Frames answered so far, from the first on. */
        int answered;
        /** Bad frames that leave the window together with it. */
        int bad;

        private Batch(long number, Frames frames, Receipt receipt) {
            this.number = number;
            this.frames = frames.size();
            this.pinned = frames.pinnedBytes();
            this.payload = frames;
            this.receipt = receipt;
        }

        Duration age() {
            return Duration.ofNanos(System.nanoTime() - sentAt);
        }

        boolean isAnswered() {
            return answered >= frames;
        }
    }

    /** What the sender is to be told of a bad frame, once it has been told of the frames of a batch before it. */
    static final class Due {
        final Batch batch;
        /** How many of the batch's frames come before it. */
        final int before;
        /** Null as long as it is not known. */
        @Nullable
        ByteString receipt;

        Due(Batch batch, int before) {
            this.batch = batch;
            this.before = before;
        }
    }

    private final long acceptedAt = System.nanoTime();
    private final ArrayDeque<Batch> open = new ArrayDeque<>(4);
    private long batches;
    private long framesIn;
    private long framesProcessed;
    private long framesFailed;
    private long framesQuarantined;
    private long framesDropped;
    private long framesTruncated;
    private long framesLost;
    /** Bad ones that are to be set aside, and are not known to be kept. */
    private long framesOnTheirWay;

    private long bytesOnTheirWay;
    private long bytesIn;
    private long bytesOut;
    private long bytesLost;
    private Waits waits = Waits.NONE;

    Duration age() {
        return Duration.ofNanos(System.nanoTime() - acceptedAt);
    }

    /** What is left of a time that runs from accept; never negative. */
    Duration left(Duration time) {
        Duration left = time.minus(age());
        return left.isNegative() ? Duration.ZERO : left;
    }

    void received(long bytes) {
        bytesIn += bytes;
    }

    /** A bad frame has come. */
    void rejected(BadFrame frame) {
        switch (frame.action()) {
            case TRUNCATE -> framesTruncated++; // Its beginning comes among others.
            case CLOSE, DROP -> {
                framesIn++;
                framesDropped++;
            }
            case QUARANTINE -> {
                framesIn++;
                framesOnTheirWay++;
                bytesOnTheirWay += frame.payload().size();
            }
        }
    }

    /** Bytes received that no processor will see. */
    void lost(long bytes) {
        bytesLost += bytes;
    }

    void stopped(long out, long discarded, Waits spent) {
        waits = spent;
        bytesOut = out;
        bytesIn += discarded;
        bytesLost += discarded;
    }

    /** Frames go to the processor. */
    Batch sent(Frames frames, Receipt receipt) {
        Batch batch = new Batch(++batches, frames, receipt);
        framesIn += frames.size();
        open.add(batch);
        return batch;
    }

    /** Frames that will never go to the processor. */
    void abandoned(Frames frames) {
        framesIn += frames.size();
        framesLost += frames.size();
        bytesLost += frames.payloadBytes();
    }

    /** The newest batch that is open; null when there is none. */
    @Nullable
    Batch newest() {
        return open.peekLast();
    }

    /** Whether all batches before this one have been answered. */
    boolean isNext(Batch batch) {
        Batch oldest = open.peek();
        return oldest == null || oldest.number >= batch.number;
    }

    /** The batch that an answer is about, or null when it is not the oldest one that is open. */
    @Nullable
    Batch oldest(long number) {
        Batch batch = open.peek();
        return batch != null && batch.number == number ? batch : null;
    }

    void processed(Batch batch, int frames) {
        framesProcessed += frames;
        batch.answered += frames;
        closeIfAnswered(batch);
    }

    void failed(Batch batch, int frames) {
        framesFailed += frames;
        batch.answered += frames;
        closeIfAnswered(batch);
    }

    /**
     * A bad frame is in quarantine.
     *
     * @param bytes of its payload
     */
    void quarantined(int bytes) {
        framesQuarantined++;
        framesOnTheirWay--;
        bytesOnTheirWay -= bytes;
    }

    /** The next frame is in quarantine. */
    void quarantined(Batch batch) {
        framesQuarantined++;
        batch.answered++;
        closeIfAnswered(batch);
    }

    /** The next frame is nowhere: the processor has failed at it, and the quarantine has not kept it. */
    void lost(Batch batch) {
        framesLost++;
        bytesLost += batch.payload.get(batch.answered).size();
        batch.answered++;
        closeIfAnswered(batch);
    }

    private void closeIfAnswered(Batch batch) {
        if (batch.isAnswered()) {
            open.remove();
        }
    }

    /** The number of the newest batch. */
    long batches() {
        return batches;
    }

    boolean allAnswered() {
        return open.isEmpty();
    }

    /**
     * The account as it stands; what is unanswered now counts as lost.
     *
     * @param tls what TLS has worked
     */
    Summary close(Duration tls) {
        long unanswered = 0;
        long payload = 0;
        for (Batch batch : open) {
            int left = batch.frames - batch.answered;
            unanswered += left;
            payload += (long) batch.payload.payloadBytes() * left / batch.frames;
        }
        return new Summary(
                age(),
                bytesIn,
                bytesOut,
                framesIn,
                framesProcessed,
                framesFailed,
                framesQuarantined,
                framesDropped,
                framesTruncated,
                framesLost + framesOnTheirWay + unanswered,
                bytesLost + bytesOnTheirWay + payload,
                waits.withTls(tls));
    }
}

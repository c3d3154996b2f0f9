package io.penstock.processor;

import io.penstock.protocol.AckStep;
import io.penstock.protocol.Frames;
import io.penstock.protocol.ProcessorProtocol.Answer;
import io.penstock.protocol.ProcessorProtocol.Done;
import io.penstock.protocol.ProcessorProtocol.Failed;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.apache.pekko.util.ByteString;
import org.jspecify.annotations.Nullable;

/** A batch whose frames have gone to several processors, and what they have answered of it. */
final class SplitBatch {
    /** What one processor gets of it. */
    final class Part {
        private final int member;
        /** The index within the batch of each frame. */
        private final int[] indices;

        private final List<ByteString> replies = new ArrayList<>();
        private int answered;

        private Part(int member, int[] indices) {
            this.member = member;
            this.indices = indices;
        }

        int member() {
            return member;
        }

        Frames of(Frames frames) {
            return indices.length == frames.size() ? frames : frames.select(indices, indices.length);
        }

        void done(Done done) {
            settle(indices.length, null);
            step = step.compareTo(done.step()) < 0 ? step : done.step();
            replies.addAll(done.replies());
        }

        void failed(Failed failed) {
            settle(failed.frame(), null);
            settle(failed.frame() + failed.frames(), failed);
            replies.addAll(failed.replies());
        }

        private void settle(int until, @Nullable Failed failed) {
            for (; answered < Math.min(until, indices.length); answered++) {
                settled[indices[answered]] = true;
                failures[indices[answered]] = failed;
            }
        }

        boolean isAnswered() {
            return answered == indices.length;
        }
    }

    private final long number;
    private final boolean[] settled;
    private final @Nullable Failed[] failures;
    private final List<Part> parts;
    private AckStep step = AckStep.STORED;
    /** Frames that the connection has been answered about. */
    private int answered;

    /**
     * Splits a batch.
     *
     * @param dealt which processor each frame goes to
     */
    SplitBatch(long number, int[] dealt) {
        this.number = number;
        this.settled = new boolean[dealt.length];
        this.failures = new Failed[dealt.length];
        this.parts = Arrays.stream(dealt)
                .distinct()
                .mapToObj(member -> new Part(
                        member,
                        IntStream.range(0, dealt.length)
                                .filter(i -> dealt[i] == member)
                                .toArray()))
                .toList();
    }

    /** One for each processor that gets something, in the order of their first frames. */
    List<Part> parts() {
        return parts;
    }

    boolean isAnswered() {
        return answered == settled.length;
    }

    /** The next answer that is certain; null while it is not, or when there is none any more. */
    @Nullable
    Answer next() {
        int frame = answered;
        while (frame < settled.length && settled[frame] && failures[frame] == null) {
            frame++;
        }
        if (isAnswered() || (frame < settled.length && !settled[frame])) {
            return null;
        }
        if (frame == settled.length) {
            answered = frame;
            return new Done(number, step, replies());
        }
        answered = frame + 1;
        Failed failed = Objects.requireNonNull(failures[frame], "a frame that is not done");
        return new Failed(number, frame, 1, failed.reason(), failed.action(), replies());
    }

    /** Those that have not been told, by part. */
    private List<ByteString> replies() {
        List<ByteString> all = new ArrayList<>();
        parts.forEach(part -> {
            all.addAll(part.replies);
            part.replies.clear();
        });
        return all;
    }
}

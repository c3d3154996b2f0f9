package io.penstock.processor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.protocol.Frames;
import io.penstock.protocol.Protocols;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One connection to a target, and the two threads on it. */
class UpstreamTest {
    /** A target that answers when it is told to. */
    private static class Answering implements Outbound {
        private final LinkedBlockingQueue<Integer> answers = new LinkedBlockingQueue<>();

        final List<Integer> written = new ArrayList<>();

        @Override
        public void write(byte[] bytes, int offset, int length) {
            written.add(length);
        }

        @Override
        public int read(byte[] buffer) throws IOException {
            try {
                return answers.take();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
        }

        @Override
        public void end() throws IOException {}

        @Override
        public void close() {
            answers.add(-1);
        }
    }

    /** A target that takes nothing more, so that not even the end can be written. */
    private static final class Stuck extends Answering {
        private final CountDownLatch closed = new CountDownLatch(1);

        @Override
        public void end() throws IOException {
            try {
                closed.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            throw new IOException("closed");
        }

        @Override
        public void close() {
            super.close();
            closed.countDown();
        }
    }

    /** Sees in the first answer that everything has been refused, when somebody else has come to ask. */
    private static final class Refusing implements Wire {
        private final Thread asking;
        private final CountDownLatch held;
        private int unanswered;

        Refusing(Thread asking, CountDownLatch held) {
            this.asking = asking;
            this.held = held;
        }

        @Override
        public ByteString greeting() {
            return ByteString.emptyByteString();
        }

        @Override
        public ByteString encode(Frames frames) {
            unanswered = frames.size();
            return frames.get(0);
        }

        @Override
        public void received(ByteString bytes) throws IOException {
            held.countDown();
            while (asking.getState() != Thread.State.BLOCKED) {
                Thread.onSpinWait();
            }
            unanswered = 0;
            throw new IOException("refused");
        }

        @Override
        public int unanswered() {
            return unanswered;
        }

        @Override
        public ByteString goodbye() {
            return ByteString.emptyByteString();
        }
    }

    /** Between the answer and its consequence nobody may take "nothing is unanswered" for "everything was accepted". */
    @RepeatedTest(20)
    void doesNotTakeARefusalForAnAnswer() throws Exception {
        Answering target = new Answering();
        CountDownLatch held = new CountDownLatch(1);
        Refusing wire = new Refusing(Thread.currentThread(), held);
        Upstream upstream = Upstream.begin(target, wire, Duration.ofMinutes(1), "upstream-test");
        upstream.send(Frames.single(ByteString.fromString("one")));
        target.answers.add(1);
        held.await();

        assertThatThrownBy(upstream::settle).isInstanceOf(IOException.class).hasMessage("refused");
    }

    @Test
    @Timeout(20)
    void givesAnEndUpThatTheTargetDoesNotTake() throws Exception {
        Upstream upstream =
                Upstream.begin(new Stuck(), Wire.of(Protocols.LINES), Duration.ofMillis(5), "upstream-test");
        upstream.close();

        assertThat(upstream.hasFailed()).isTrue();
    }

    /** Else a frame that takes longer than the timeout would never get through a slow line, however often it is tried. */
    @Test
    void givesEachPartOfWhatItSendsTheTimeoutForItself() throws Exception {
        Answering target = new Answering();
        Upstream upstream = Upstream.begin(target, Wire.of(Protocols.RAW), Duration.ofMinutes(1), "upstream-test");
        upstream.send(Frames.single(ByteString.fromArray(new byte[40_000])));
        upstream.close();

        assertThat(target.written).containsExactly(16_384, 16_384, 7_232);
    }
}

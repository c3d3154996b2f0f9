package io.penstock.processor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.penstock.protocol.AckStep;
import io.penstock.protocol.ConnectionEnd;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class TeeProcessorTest {
    private final List<String> log = new ArrayList<>();
    private final FakeSession session = FakeSession.lines(1);

    /** A branch that notes what it gets, and does not do what has its own name in it. */
    private final class Part implements Processor {
        private final String name;
        private final AckStep reaches;
        private boolean failing;

        Part(String name, AckStep reaches) {
            this.name = name;
            this.reaches = reaches;
        }

        private Part failing() {
            failing = true;
            return this;
        }

        private void note(String what) throws IOException {
            log.add(name + " " + what);
            if (failing) {
                throw new IOException("broken");
            }
        }

        @Override
        public void opened(Session session) throws IOException {
            note("opened");
        }

        @Override
        public void process(Session session, ByteString frame) throws Exception {
            String text = frame.utf8String();
            log.add(name + " " + text);
            if (text.equals("outage of " + name)) {
                throw new ProcessorUnavailableException("disk full", new IOException("ENOSPC"));
            }
            if (text.equals("poison of " + name)) {
                throw new IllegalStateException("cannot swallow it");
            }
        }

        @Override
        public void closed(Session session, ConnectionEnd end) throws IOException {
            note("closed");
        }

        @Override
        public void commit() throws IOException {
            note("commit");
        }

        @Override
        public boolean commits() {
            return reaches == AckStep.STORED;
        }

        @Override
        public AckStep reaches() {
            return reaches;
        }

        @Override
        public void close() throws IOException {
            note("close");
        }
    }

    private Part part(String name) {
        return new Part(name, AckStep.PROCESSED);
    }

    private static TeeProcessor tee(Part... parts) {
        List<Branch> branches = new ArrayList<>();
        for (Part part : parts) {
            branches.add(new Branch(part.name, part));
        }
        return new TeeProcessor(branches);
    }

    private FrameFailedException failure(TeeProcessor tee, String... frames) {
        return catchThrowableOfType(FrameFailedException.class, () -> tee.processAll(session, Messages.frames(frames)));
    }

    @Test
    void givesEveryBranchEveryFrameInTheOrderInWhichTheyAreWritten() throws Exception {
        tee(part("a"), part("b")).processAll(session, Messages.frames("one", "two"));
        assertThat(log).containsExactly("a one", "a two", "b one", "b two");
    }

    @Test
    void tellsEveryBranchOfConnections() throws Exception {
        TeeProcessor tee = tee(part("a"), part("b"));
        tee.opened(session);
        tee.closed(session, ConnectionEnd.of(ConnectionEnd.Kind.END_OF_STREAM));
        tee.close();
        assertThat(log).containsExactly("a opened", "b opened", "a closed", "b closed", "a close", "b close");
    }

    @Test
    void comesAsFarAsTheBranchThatComesTheLeastFar() {
        Part stored = new Part("s", AckStep.STORED);
        assertThat(tee(stored, part("p")).reaches()).isEqualTo(AckStep.PROCESSED);
        assertThat(tee(stored, stored).reaches()).isEqualTo(AckStep.STORED);
    }

    @Test
    void commitsTheBranchesThatCommit() throws Exception {
        TeeProcessor tee = tee(new Part("a", AckStep.STORED), part("b"), new Part("c", AckStep.STORED));
        assertThat(tee.commits()).isTrue();
        tee.commit();
        assertThat(log).containsExactly("a commit", "c commit");
        assertThat(tee(part("a"), part("b")).commits()).isFalse();
    }

    @Test
    void namesTheBranchThatCannotCommit() {
        TeeProcessor tee = tee(new Part("a", AckStep.STORED).failing(), new Part("b", AckStep.STORED));
        assertThatThrownBy(tee::commit).hasMessage("branch a: IOException: broken");
    }

    @Test
    void closesEveryBranchAlsoBehindOneThatThrows() {
        assertThatThrownBy(tee(part("a").failing(), part("b"))::close)
                .isInstanceOf(IOException.class)
                .hasMessage("branch a: IOException: broken");
        assertThat(log).containsExactly("a close", "b close");
    }

    @Test
    void tellsEveryBranchThatAConnectionHasEndedAlsoBehindOneThatThrows() {
        ConnectionEnd end = ConnectionEnd.of(ConnectionEnd.Kind.RESET);
        assertThatThrownBy(() -> tee(part("a").failing(), part("b").failing()).closed(session, end))
                .hasMessage("branch a: IOException: broken")
                .satisfies(failure -> assertThat(failure.getSuppressed())
                        .extracting(Throwable::getMessage)
                        .containsExactly("branch b: IOException: broken"));
        assertThat(log).containsExactly("a closed", "b closed");
    }

    @Nested
    class Failures {
        @Test
        void nameTheBranchAndLeaveTheFramesBeforeDoneInAll() {
            FrameFailedException failure = failure(tee(part("a"), part("b"), part("c")), "1", "2", "poison of b", "4");

            assertThat(failure.frame()).isEqualTo(2);
            assertThat(ProcessorFailedException.describe(failure.getCause()))
                    .isEqualTo("branch b: IllegalStateException: cannot swallow it");
            assertThat(log)
                    .containsExactly("a 1", "a 2", "a poison of b", "a 4", "b 1", "b 2", "b poison of b", "c 1", "c 2");
        }

        @Test
        void atTheFirstFrameKeepLaterBranchesOut() {
            assertThat(failure(tee(part("a"), part("b")), "poison of a", "2").frame())
                    .isZero();
            assertThat(log).containsExactly("a poison of a");
        }

        @Test
        void thatALaterBranchHasEarlierAreTheOnesThatAreTold() {
            FrameFailedException failure = failure(tee(part("a"), part("b")), "1", "poison of b", "poison of a");

            assertThat(failure.frame()).isEqualTo(1);
            assertThat(failure.getCause()).hasMessageStartingWith("branch b: ");
        }

        @Test
        void thatNameNoFrameAreTheFirstOnes() throws Exception {
            Processor whole = new AsyncFactory(() ->
                            (session, frames) -> CompletableFuture.failedStage(new IllegalStateException("all of it")))
                    .create();
            TeeProcessor tee = new TeeProcessor(List.of(new Branch("w", whole), new Branch("b", part("b"))));

            assertThat(failure(tee, "1", "2").frame()).isZero();
            assertThat(log).isEmpty();
        }

        @Test
        void ofTheProcessorHoldTheFramesForAll() {
            // Of a branch that says how far it got: what came before is done in all, and the frame itself waits.
            FrameFailedException failure = failure(tee(part("a"), part("b"), part("c")), "1", "outage of b");

            assertThat(failure.frame()).isEqualTo(1);
            assertThat(failure.getCause())
                    .isInstanceOf(ProcessorUnavailableException.class)
                    .hasMessage("branch b: disk full");
            assertThat(log).containsExactly("a 1", "a outage of b", "b 1", "b outage of b", "c 1");
        }
    }

    @Nested
    class Making {
        @Test
        void closesWhatWasMadeWhenABranchCannotBe() {
            List<Branch.Plan> plans = List.of(new Branch.Plan("a", () -> part("a")), new Branch.Plan("b", () -> {
                throw new IOException("no such host");
            }));

            assertThatThrownBy(() -> TeeProcessor.make(plans))
                    .isInstanceOf(IOException.class)
                    .hasMessage("branch b: no such host");
            assertThat(log).containsExactly("a close");
        }
    }
}

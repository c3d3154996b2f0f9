package io.penstock.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.protocol.ConnectionEnd;
import io.penstock.protocol.ProxyHeader;
import io.penstock.server.ProxySettings.Mode;
import io.penstock.server.tls.HandshakeProgress;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.stream.OverflowStrategy;
import org.apache.pekko.stream.QueueOfferResult;
import org.apache.pekko.stream.javadsl.Keep;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.SinkQueueWithCancel;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.stream.javadsl.SourceQueueWithComplete;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** The stage between two queues, with the test as its gate. */
class ProxyStageTest {
    private static final ActorTestKit KIT = ActorTestKit.create();
    private static final String HEADER = "PROXY TCP4 192.0.2.7 198.51.100.1 51234 443\r\n";

    /** What the gate has been asked, and where it is to answer. */
    private record Question(Optional<ProxyHeader> header, Consumer<Boolean> letIn) {}

    /** The stage's ends. */
    private record Ends(SourceQueueWithComplete<ByteString> socket, SinkQueueWithCancel<ByteString> tls) {
        void comes(String bytes) {
            assertThat(socket.offer(ByteString.fromString(bytes))
                            .toCompletableFuture()
                            .join())
                    .isEqualTo(QueueOfferResult.enqueued());
        }

        void end() {
            socket.complete();
            socket.watchCompletion().toCompletableFuture().join();
        }

        CompletableFuture<Optional<ByteString>> next() {
            return tls.pull().toCompletableFuture();
        }
    }

    private final BlockingQueue<Question> questions = new LinkedBlockingQueue<>();
    private final BlockingQueue<ConnectionEnd> refusals = new LinkedBlockingQueue<>();
    private final HandshakeProgress progress = new HandshakeProgress();

    @AfterAll
    static void shutdown() {
        KIT.shutdownTestKit();
    }

    private Ends stage(Mode mode, boolean trusted) {
        ProxyStage stage = new ProxyStage(mode, trusted, progress, new ProxyStage.Gate() {
            @Override
            public void announced(Optional<ProxyHeader> header, Consumer<Boolean> letIn) {
                questions.add(new Question(header, letIn));
            }

            @Override
            public void refused(ConnectionEnd end) {
                refusals.add(end);
            }
        });
        var ends = Source.<ByteString>queue(1, OverflowStrategy.backpressure())
                .via(stage)
                .toMat(Sink.queue(), Keep.both())
                .run(KIT.system());
        return new Ends(ends.first(), ends.second());
    }

    private static Optional<ByteString> bytes(String bytes) {
        return Optional.of(ByteString.fromString(bytes));
    }

    @Test
    void keepsWhatFollowsTheHeaderUntilTheConnectionIsLetIn() throws Exception {
        Ends ends = stage(Mode.REQUIRED, true);
        ends.comes(HEADER + "hello");
        CompletableFuture<Optional<ByteString>> first = ends.next();
        Question question = questions.take();
        assertThat(question.header()).map(ProxyHeader::version).contains(1);
        assertThat(first).isNotDone();
        question.letIn().accept(true);
        assertThat(first.join()).isEqualTo(bytes("hello"));
        ends.comes(HEADER);
        assertThat(ends.next().join()).as("a second header is data").isEqualTo(bytes(HEADER));
        ends.end();
        assertThat(ends.next().join()).isEmpty();
    }

    @Test
    void keepsItAlsoWhenThePeerHasEndedMeanwhile() throws Exception {
        Ends ends = stage(Mode.REQUIRED, true);
        ends.comes(HEADER + "hello");
        Question question = questions.take();
        ends.end();
        question.letIn().accept(true);
        assertThat(ends.next().join()).isEqualTo(bytes("hello"));
        assertThat(ends.next().join()).isEmpty();
    }

    @Test
    void throwsEverythingAwayOnceTheConnectionIsTurnedAway() throws Exception {
        Ends ends = stage(Mode.REQUIRED, true);
        ends.comes(HEADER + "hello");
        questions.take().letIn().accept(false);
        assertThat(ends.next().join()).isEmpty();
        for (int i = 0; i < 100; i++) {
            ends.comes("more");
        }
        ends.end();
        assertThat(refusals).isEmpty();
    }

    @Test
    void asksAlsoForAPeerThatSendsNoHeader() throws Exception {
        Ends ends = stage(Mode.OPTIONAL, false);
        ends.comes("PROX");
        ends.comes("Y?");
        Question question = questions.take();
        assertThat(question.header()).isEmpty();
        question.letIn().accept(true);
        assertThat(ends.next().join()).isEqualTo(bytes("PROXY?"));
    }

    @Test
    void doesNotWaitForTheWholeHeaderOfAPeerThatIsNotTrusted() throws Exception {
        Ends ends = stage(Mode.OPTIONAL, false);
        ends.comes("PROXY ");
        assertThat(refusals.take().code()).isEqualTo("PROXY-NOT-TRUSTED");
        assertThat(ends.next().join()).isEmpty();
        assertThat(questions).isEmpty();
    }
}

package io.penstock.processor;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.protocol.AckStep;
import io.penstock.protocol.ConnectionInfo;
import io.penstock.protocol.FailureAction;
import io.penstock.protocol.Frames;
import io.penstock.protocol.ProcessorProtocol;
import io.penstock.protocol.ProcessorProtocol.Close;
import io.penstock.protocol.ProcessorProtocol.Deliver;
import io.penstock.protocol.ProcessorProtocol.Done;
import io.penstock.protocol.ProcessorProtocol.Failed;
import io.penstock.protocol.ProcessorProtocol.Open;
import io.penstock.protocol.ProcessorProtocol.Unserved;
import io.penstock.protocol.Protocols;
import io.penstock.protocol.QuarantineProtocol.Command;
import io.penstock.protocol.QuarantineProtocol.Item;
import io.penstock.protocol.QuarantineProtocol.Kept;
import io.penstock.protocol.QuarantineProtocol.Put;
import io.penstock.protocol.QuarantineProtocol.Result;
import io.penstock.protocol.QuarantineProtocol.Serve;
import io.penstock.protocol.SupervisorProtocol;
import io.penstock.protocol.SupervisorProtocol.Attach;
import io.penstock.protocol.SupervisorProtocol.Attached;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReplaysTest {
    private static final ActorTestKit KIT = ActorTestKit.create();

    private final SteppedClock clock = new SteppedClock(Items.TIME);
    private final TestProbe<Result> connection = KIT.createTestProbe();
    private final TestProbe<SupervisorProtocol.Command> supervisor = KIT.createTestProbe();
    private final TestProbe<ProcessorProtocol.Command> processor = KIT.createTestProbe();

    @TempDir
    private Path home;

    private QuarantineFiles files;
    private ActorRef<Command> quarantine;

    @AfterAll
    static void shutdown() {
        KIT.shutdownTestKit();
    }

    @BeforeEach
    void open() {
        files = new QuarantineFiles(home);
        quarantine = spawn(Items.settings());
    }

    @AfterEach
    void close() {
        KIT.stop(quarantine);
    }

    private ActorRef<Command> spawn(QuarantineSettings settings) {
        CompletableFuture<org.apache.pekko.Done> opened = new CompletableFuture<>();
        QuarantineSettings here = new QuarantineSettings(
                Optional.of(home), settings.maxSize(), settings.whenFull(), settings.keepAge(), settings.payload());
        ActorRef<Command> actor = KIT.spawn(QuarantineActor.create(here, DiskLayer.ofOwner(), clock, opened));
        opened.join();
        return actor;
    }

    private void keep(Item item) {
        quarantine.tell(new Put(item, connection.getRef()));
        connection.expectMessage(new Kept());
    }

    private String handOver() throws IOException {
        String id = files.kept().get(0);
        files.handOver(id);
        return id;
    }

    private void serve() {
        quarantine.tell(new Serve(ConnectionInfo.DEFAULT_LISTENER, Protocols.LINES, supervisor.getRef()));
    }

    /** Everything that was sent to the quarantine before has been dealt with. */
    private void settle() {
        keep(Items.item("settled"));
    }

    private Deliver delivered() {
        Attach attach = supervisor.expectMessageClass(Attach.class);
        attach.replyTo().tell(new Attached(processor.getRef()));
        assertThat(processor.expectMessageClass(Open.class).connection().id()).isEqualTo(attach.connection());
        return processor.expectMessageClass(Deliver.class);
    }

    private static void done(Deliver deliver) {
        deliver.replyTo().tell(new Done(deliver.batch(), AckStep.PROCESSED, List.of()));
    }

    private static void failed(Deliver deliver, String reason) {
        deliver.replyTo().tell(new Failed(deliver.batch(), 0, 1, reason, FailureAction.QUARANTINE, List.of()));
    }

    private void awaitNothingWaits() {
        connection.awaitAssert(() -> {
            assertThat(files.waiting()).isEmpty();
            return null;
        });
    }

    @Test
    void givesTheProcessorTheFrameAsThatOfItsConnection() throws IOException {
        Item item = Items.of("poison", "CN=pump-7");
        keep(item);
        handOver();
        serve();

        Attach attach = supervisor.expectMessageClass(Attach.class);
        attach.replyTo().tell(new Attached(processor.getRef()));
        ConnectionInfo info = processor.expectMessageClass(Open.class).connection();
        Deliver deliver = processor.expectMessageClass(Deliver.class);

        assertThat(info.id()).isNegative();
        assertThat(info.withTls(Items.tls("CN=pump-7")))
                .isEqualTo(new ConnectionInfo(
                        info.id(),
                        item.connection().listener(),
                        item.connection().peer(),
                        item.connection().local(),
                        Protocols.LINES,
                        info.tls()));
        assertThat(deliver.frames()).isEqualTo(Frames.single(ByteString.fromString("poison")));
        done(deliver);
        assertThat(processor.expectMessageClass(Close.class).connection()).isEqualTo(info.id());
    }

    @Test
    void whatIsDoneLeavesTheQuarantine() throws IOException {
        keep(Items.item("poison"));
        handOver();
        serve();

        done(delivered());

        awaitNothingWaits();
        assertThat(files.kept()).isEmpty();
    }

    @Test
    void whatFailsAgainComesBackWithTheNewReason() throws IOException {
        keep(Items.item("poison"));
        String id = handOver();
        serve();

        failed(delivered(), "still poison");

        awaitNothingWaits();
        QuarantineEntry entry = files.entry(id).orElseThrow();
        assertThat(entry.reason()).isEqualTo("processor-failed");
        assertThat(entry.detail()).isEqualTo("still poison");
        assertThat(entry.attempts()).isEqualTo(1);
    }

    @Test
    void aConnectionThatCannotBeServedIsAFailureToo() throws IOException {
        keep(Items.item("poison"));
        String id = handOver();
        serve();

        delivered().replyTo().tell(new Unserved("not today"));

        awaitNothingWaits();
        assertThat(files.entry(id).orElseThrow().detail()).isEqualTo("not today");
    }

    @Test
    void anOutageIsWaitedForAndNothingIsGivenTwice() throws IOException {
        keep(Items.item("poison"));
        handOver();
        serve();
        Deliver deliver = delivered();

        quarantine.tell(new QuarantineActor.Poll());
        settle();
        supervisor.expectNoMessage(Duration.ZERO);
        assertThat(files.waiting()).hasSize(1);

        done(deliver);
        awaitNothingWaits();
    }

    @Test
    void whatHasNoAnswerIsGivenToTheNextProcessors() throws IOException {
        keep(Items.item("poison"));
        handOver();
        TestProbe<SupervisorProtocol.Command> gone = KIT.createTestProbe();
        quarantine.tell(new Serve(ConnectionInfo.DEFAULT_LISTENER, Protocols.LINES, gone.getRef()));
        gone.expectMessageClass(Attach.class);
        gone.stop();

        serve();

        done(delivered());
        awaitNothingWaits();
    }

    @Test
    void listenersMayShareTheirProcessors() throws IOException {
        keep(Items.item("poison"));
        handOver();
        quarantine.tell(new Serve("other", Protocols.RAW, supervisor.getRef()));

        serve();

        done(delivered());
        awaitNothingWaits();
    }

    @Test
    void whatWaitedWhenTheServerDiedIsGivenToTheNextOne() throws IOException {
        keep(Items.item("poison"));
        handOver();
        KIT.stop(quarantine);
        quarantine = spawn(Items.settings());

        serve();

        done(delivered());
        awaitNothingWaits();
    }

    @Test
    void anEntryAtBothPlacesIsOne() throws IOException {
        keep(Items.item("poison"));
        String id = handOver();
        Files.copy(files.waitingFile(id), files.keptFile(id));
        serve();

        done(delivered());

        awaitNothingWaits();
        assertThat(files.kept()).isEmpty();
    }

    @Test
    void whatHasNoListenerWaitsForTheStartAndThenComesBackWithANote() throws IOException {
        keep(Items.item("poison"));
        String id = handOver();
        quarantine.tell(new QuarantineActor.Poll());
        settle();
        assertThat(files.waiting()).containsExactly(id);

        clock.now = clock.now.plus(Replays.START.plusSeconds(1));
        quarantine.tell(new QuarantineActor.Poll());

        awaitNothingWaits();
        QuarantineEntry entry = files.entry(id).orElseThrow();
        assertThat(entry.note()).isEqualTo("there is no listener default");
        assertThat(entry.detail()).isEqualTo("it is poison");
        assertThat(entry.attempts()).isZero();
    }

    @Test
    void whatHasNoPayloadComesBackWithANote() throws IOException {
        KIT.stop(quarantine);
        quarantine = spawn(Items.withoutPayload());
        keep(Items.item("poison"));
        String id = handOver();

        serve();

        awaitNothingWaits();
        assertThat(files.entry(id).orElseThrow().note()).isEqualTo("its payload was not kept");
    }

    @Test
    void whatCannotBeReadComesBackAsItIs() throws IOException {
        keep(Items.item("poison"));
        String id = handOver();
        Files.writeString(files.waitingFile(id), "garbage");

        serve();

        awaitNothingWaits();
        assertThat(files.keptFile(id)).hasContent("garbage");
    }

    @Test
    void aBatchIsBoundedAndTheNextOneFollowsItsLastAnswer() throws IOException {
        for (int i = 0; i <= ReplayBatch.MOST_ENTRIES; i++) {
            keep(Items.item("poison " + i));
        }
        for (String id : files.kept()) {
            files.handOver(id);
        }
        serve();

        List<Deliver> batch = new ArrayList<>();
        for (int i = 0; i < ReplayBatch.MOST_ENTRIES; i++) {
            batch.add(delivered());
        }
        settle();
        supervisor.expectNoMessage(Duration.ZERO);
        batch.forEach(ReplaysTest::done);
        batch.forEach(one -> processor.expectMessageClass(Close.class));

        done(delivered());
        awaitNothingWaits();
    }
}

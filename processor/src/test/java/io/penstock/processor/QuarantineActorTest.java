package io.penstock.processor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.processor.QuarantineSettings.WhenFull;
import io.penstock.protocol.InvalidSettingsException;
import io.penstock.protocol.QuarantineProtocol.Command;
import io.penstock.protocol.QuarantineProtocol.Kept;
import io.penstock.protocol.QuarantineProtocol.NotKept;
import io.penstock.protocol.QuarantineProtocol.Put;
import io.penstock.protocol.QuarantineProtocol.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.apache.pekko.Done;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.BehaviorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QuarantineActorTest {
    private static final ActorTestKit KIT = ActorTestKit.create();

    private final RecordingLayer layer = new RecordingLayer(DiskLayer.ofOwner());
    private final CompletableFuture<Done> opened = new CompletableFuture<>();
    private final TestProbe<Result> connection = KIT.createTestProbe();

    @TempDir
    private Path home;

    @AfterAll
    static void shutdown() {
        KIT.shutdownTestKit();
    }

    private QuarantineSettings in(Path directory, QuarantineSettings settings) {
        return new QuarantineSettings(
                Optional.of(directory),
                settings.maxSize(),
                settings.whenFull(),
                settings.keepAge(),
                settings.payload());
    }

    private ActorRef<Command> spawn(QuarantineSettings settings) {
        ActorRef<Command> actor =
                KIT.spawn(QuarantineActor.create(in(home, settings), layer, new SteppedClock(Items.TIME), opened));
        opened.join();
        return actor;
    }

    private void put(ActorRef<Command> actor, String payload) {
        actor.tell(new Put(Items.item(payload), connection.getRef()));
    }

    @Test
    void saysThatAFrameIsKeptOnceItsDirectoryHasBeenForced() throws IOException {
        put(spawn(Items.settings()), "a");

        connection.expectMessage(new Kept());
        assertThat(layer.calls).last().asString().startsWith("force directory");
        assertThat(new QuarantineFiles(home).kept()).hasSize(1);
    }

    @Test
    void framesThatAreInTheMailboxShareTheDirectorysForce() {
        BehaviorTestKit<Command> kit = BehaviorTestKit.create(
                QuarantineActor.create(in(home, Items.settings()), layer, new SteppedClock(Items.TIME), opened));
        layer.calls.clear();

        kit.run(new Put(Items.item("a"), connection.getRef()));
        kit.run(new Put(Items.item("b"), connection.getRef()));
        connection.expectNoMessage(java.time.Duration.ZERO);
        kit.selfInbox().getAllReceived().forEach(kit::run);

        connection.expectMessage(new Kept());
        connection.expectMessage(new Kept());
        assertThat(layer.calls)
                .filteredOn(call -> call.startsWith("force directory"))
                .hasSize(1);
    }

    @Test
    void answersInTheOrderOfThePutsAlsoWhenOneIsRefused() {
        BehaviorTestKit<Command> kit = BehaviorTestKit.create(QuarantineActor.create(
                in(home, Items.limited(2, WhenFull.REFUSE)), layer, new SteppedClock(Items.TIME), opened));

        kit.run(new Put(Items.item("a"), connection.getRef()));
        kit.run(new Put(Items.item("x".repeat(9000)), connection.getRef()));
        kit.run(new Put(Items.item("b"), connection.getRef()));
        kit.selfInbox().getAllReceived().forEach(kit::run);

        connection.expectMessage(new Kept());
        assertThat(connection.expectMessageClass(NotKept.class).reason()).contains("quarantine.max-size");
        connection.expectMessage(new Kept());
    }

    @Test
    void saysWhyAFrameIsNotKeptAndKeepsTheNextOneWhenThereIsSpaceAgain() {
        ActorRef<Command> actor = spawn(Items.settings());
        layer.space = 3;
        put(actor, "a");
        assertThat(connection.expectMessageClass(NotKept.class).reason()).isEqualTo("No space left on device");

        layer.space = Long.MAX_VALUE;
        put(actor, "b");

        connection.expectMessage(new Kept());
    }

    @Test
    void keepsNothingWhenTheDirectoryCannotBeForced() throws IOException {
        ActorRef<Command> actor = spawn(Items.settings());
        layer.forceDirectoryFails = true;

        put(actor, "a");

        assertThat(connection.expectMessageClass(NotKept.class).reason()).isEqualTo("Input/output error");
        assertThat(new QuarantineFiles(home).kept()).isEmpty();
    }

    @Test
    void aDirectoryThatCannotBeUsedFailsTheStartInWords() throws IOException {
        Path file = Files.writeString(home.resolve("file"), "");

        ActorRef<Command> actor = KIT.spawn(QuarantineActor.create(in(file.resolve("q"), Items.settings()), opened));

        assertThatThrownBy(opened::join)
                .isInstanceOf(CompletionException.class)
                .cause()
                .isInstanceOf(InvalidSettingsException.class)
                .hasMessageStartingWith(
                        "penstock.quarantine.path: " + file + "/q (expected: a directory that can be used; ");
        connection.expectTerminated(actor);
    }

    @Test
    void letsGoOfTheDirectoryWhenItStops() throws IOException {
        ActorRef<Command> actor = spawn(Items.settings());

        KIT.stop(actor);

        assertThat(new QuarantineFiles(home).isServed()).isFalse();
    }
}

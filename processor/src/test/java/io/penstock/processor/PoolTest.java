package io.penstock.processor;

import static io.penstock.processor.Messages.close;
import static io.penstock.processor.Messages.connection;
import static io.penstock.processor.Messages.deliver;
import static io.penstock.processor.Messages.done;
import static io.penstock.processor.Messages.open;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.penstock.processor.PoolSettings.By;
import io.penstock.protocol.AckStep;
import io.penstock.protocol.ClientIdentity;
import io.penstock.protocol.ConnectionInfo;
import io.penstock.protocol.FailureAction;
import io.penstock.protocol.ProcessorProtocol.Answer;
import io.penstock.protocol.ProcessorProtocol.Close;
import io.penstock.protocol.ProcessorProtocol.Command;
import io.penstock.protocol.ProcessorProtocol.Deliver;
import io.penstock.protocol.ProcessorProtocol.Disconnect;
import io.penstock.protocol.ProcessorProtocol.Done;
import io.penstock.protocol.ProcessorProtocol.Failed;
import io.penstock.protocol.ProcessorProtocol.Open;
import io.penstock.protocol.ProcessorProtocol.Send;
import io.penstock.protocol.SettingsReader;
import io.penstock.protocol.SupervisorProtocol;
import io.penstock.protocol.SupervisorProtocol.Attach;
import io.penstock.protocol.SupervisorProtocol.Attached;
import io.penstock.protocol.SupervisorProtocol.Available;
import io.penstock.protocol.SupervisorProtocol.State;
import io.penstock.protocol.SupervisorProtocol.Stop;
import io.penstock.protocol.SupervisorProtocol.Stopped;
import io.penstock.protocol.SupervisorProtocol.Subscribe;
import io.penstock.protocol.SupervisorProtocol.Suspended;
import io.penstock.protocol.TlsSession;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.LongStream;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which processor of a pool gets what, and that connections see one processor. */
class PoolTest {
    private static final ActorTestKit KIT = ActorTestKit.create();
    private static final Duration SHORT = Duration.ofMillis(5);

    private final TestProbe<Answer> alice = KIT.createTestProbe();
    private final TestProbe<Answer> bob = KIT.createTestProbe();

    @AfterAll
    static void shutdown() {
        KIT.shutdownTestKit();
    }

    private static SupervisionSettings settings(PoolSettings pool) {
        return new SupervisionSettings(FailureAction.CONTINUE, SHORT, SHORT, 16, 8, pool);
    }

    private static ActorRef<Command> attach(ActorRef<SupervisorProtocol.Command> supervisor, long connection) {
        TestProbe<Attached> probe = KIT.createTestProbe();
        supervisor.tell(new Attach(connection, probe.getRef()));
        return probe.receiveMessage().processor();
    }

    @Nested
    class ByConnection {
        private final ActorRef<SupervisorProtocol.Command> supervisor = KIT.spawn(ProcessorSupervisor.create(
                Processors.discard(), settings(new PoolSettings(3, By.CONNECTION, Optional.empty()))));

        @Test
        void takesTurns() {
            List<ActorRef<Command>> all = LongStream.range(0, 6)
                    .mapToObj(id -> attach(supervisor, id))
                    .toList();

            assertThat(all.subList(0, 3)).doesNotHaveDuplicates();
            assertThat(all.subList(3, 6)).isEqualTo(all.subList(0, 3));
        }

        @Test
        void stopsAll() {
            TestProbe<Stopped> stopped = KIT.createTestProbe();
            supervisor.tell(new Stop(stopped.getRef()));

            stopped.expectMessage(new Stopped());
        }
    }

    @Nested
    class States {
        @Test
        void areSuspendedWhileAnyOneIs() {
            CountDownLatch mended = new CountDownLatch(1);
            ProcessorFactory factory = () -> (session, frame) -> {
                if (frame.utf8String().equals("down") && mended.getCount() > 0) {
                    throw new ProcessorUnavailableException("down", new IOException());
                }
            };
            ActorRef<SupervisorProtocol.Command> supervisor = KIT.spawn(ProcessorSupervisor.create(
                    factory, settings(new PoolSettings(2, By.CONNECTION, Optional.empty()))));
            TestProbe<State> watcher = KIT.createTestProbe();
            supervisor.tell(new Subscribe(watcher.getRef()));
            watcher.expectMessage(new Available());
            ActorRef<Command> first = attach(supervisor, 1);
            ActorRef<Command> second = attach(supervisor, 2);
            first.tell(open(1, alice));
            first.tell(deliver(1, 1, alice, "down"));
            watcher.expectMessageClass(Suspended.class);
            second.tell(open(2, bob));
            second.tell(deliver(2, 1, bob, "fine"));
            bob.expectMessage(done(1));
            watcher.expectNoMessage(Duration.ZERO);
            mended.countDown();

            watcher.expectMessage(new Available());
            alice.expectMessage(done(1));
        }
    }

    @Nested
    class ByIdentity {
        private final BlockingQueue<String> seen = new LinkedBlockingQueue<>();

        private ActorRef<Command> member(String name) {
            return KIT.spawn(Behaviors.receiveMessage(command -> {
                if (command instanceof Open open) {
                    seen.add(open.connection().id() + " at " + name);
                }
                return Behaviors.same();
            }));
        }

        private Open openAs(long id, String subject, String fingerprint) {
            ClientIdentity identity =
                    new ClientIdentity(subject, "CN=ca", "01", fingerprint, List.of(), List.of(), List.of(), List.of());
            ConnectionInfo plain = connection(id);
            return new Open(plain.withTls(new TlsSession("TLSv1.3", "suite", identity, null, null)), alice.getRef());
        }

        @Test
        void keepsAClientAtOneProcessorAlsoWithARenewedCertificate() throws InterruptedException {
            ActorRef<Command> router = KIT.spawn(PoolRouter.create(
                    List.of(member("one"), member("two")), new PoolSettings(2, By.IDENTITY, Optional.empty())));
            Map<String, String> places = new HashMap<>();
            for (int id = 0; id < 32; id++) {
                String subject = "CN=pump-" + id / 2;
                router.tell(openAs(id, subject, "fingerprint " + id));
                String place = seen.take().replaceFirst(".* at ", "");
                assertThat(places.computeIfAbsent(subject, unknown -> place)).isEqualTo(place);
            }

            assertThat(places).containsValues("one", "two");
        }

        @Test
        void dealsOutConnectionsWithoutACertificateByThemselves() throws InterruptedException {
            ActorRef<Command> router = KIT.spawn(PoolRouter.create(
                    List.of(member("one"), member("two")), new PoolSettings(2, By.IDENTITY, Optional.empty())));
            router.tell(open(1, alice));
            router.tell(open(2, bob));

            assertThat(List.of(seen.take(), seen.take())).containsExactlyInAnyOrder("1 at two", "2 at one");
        }
    }

    @Nested
    class ByKey {
        private final String first = letter(0);
        private final String second = letter(1);
        private final TestProbe<Command> one = KIT.createTestProbe();
        private final TestProbe<Command> two = KIT.createTestProbe();
        private final ActorRef<Command> router = router((connection, frame) -> frame.take(1));

        /** One whose frames go to a member of two. */
        private static String letter(int member) {
            return "abcdefgh"
                    .chars()
                    .filter(letter -> Math.floorMod(KeyRouter.spread(letter), 2) == member)
                    .mapToObj(Character::toString)
                    .findFirst()
                    .orElseThrow();
        }

        private ActorRef<Command> router(KeyFunction key) {
            ActorRef<Command> made = KIT.spawn(PoolRouter.create(
                    List.of(one.getRef(), two.getRef()), new PoolSettings(2, By.KEY, Optional.of(key))));
            made.tell(open(1, alice));
            one.expectMessageClass(Open.class);
            two.expectMessageClass(Open.class);
            return made;
        }

        private Deliver next(TestProbe<Command> member, String... frames) {
            Deliver deliver = member.expectMessageClass(Deliver.class);
            assertThat(deliver.frames()).isEqualTo(Messages.frames(frames));
            return deliver;
        }

        private void answer(Deliver deliver, AckStep step, String... replies) {
            deliver.replyTo().tell(new Done(deliver.batch(), step, Messages.bytes(replies)));
        }

        private void fail(Deliver deliver, int frame, int frames, FailureAction action, String... replies) {
            deliver.replyTo().tell(new Failed(deliver.batch(), frame, frames, "no", action, Messages.bytes(replies)));
        }

        private static Failed failed(long batch, int frame, FailureAction action, String... replies) {
            return new Failed(batch, frame, 1, "no", action, Messages.bytes(replies));
        }

        @Test
        void splitsABatchAndAnswersItOnceWithTheLowestStep() {
            router.tell(deliver(1, 7, alice, first + 1, second + 2, first + 3));
            Deliver odd = next(one, first + 1, first + 3);
            answer(next(two, second + 2), AckStep.STORED, "reply 2");
            alice.expectNoMessage(Duration.ZERO);
            answer(odd, AckStep.PROCESSED, "reply 1");

            alice.expectMessage(new Done(7, AckStep.PROCESSED, Messages.bytes("reply 1", "reply 2")));
        }

        @Test
        void answersBatchesInTheirOrder() {
            router.tell(deliver(1, 1, alice, first + 1));
            router.tell(deliver(1, 2, alice, second + 2));
            answer(next(two, second + 2), AckStep.PROCESSED);
            alice.expectNoMessage(Duration.ZERO);
            answer(next(one, first + 1), AckStep.PROCESSED);

            alice.expectMessage(done(1));
            alice.expectMessage(done(2));
        }

        @Test
        void tellsAFailedFrameOnceThoseBeforeItAreDone() {
            router.tell(deliver(1, 1, alice, first + 0, second + 1, second + 2, first + 3, second + 4));
            Deliver evens = next(one, first + 0, first + 3);
            Deliver odds = next(two, second + 1, second + 2, second + 4);
            fail(odds, 1, 1, FailureAction.QUARANTINE, "reply 1");
            fail(odds, 2, 1, FailureAction.QUARANTINE);
            alice.expectNoMessage(Duration.ZERO);
            answer(evens, AckStep.PROCESSED, "reply 0");

            alice.expectMessage(failed(1, 2, FailureAction.QUARANTINE, "reply 0", "reply 1"));
            alice.expectMessage(failed(1, 4, FailureAction.QUARANTINE));
            router.tell(deliver(1, 2, alice, first + 5));
            answer(next(one, first + 5), AckStep.PROCESSED);
            alice.expectMessage(done(2));
        }

        @Test
        void namesEachFrameOfThoseThatFailTogether() {
            router.tell(deliver(1, 1, alice, first + 0, second + 1, first + 2));
            fail(next(one, first + 0, first + 2), 0, 2, FailureAction.QUARANTINE);
            answer(next(two, second + 1), AckStep.PROCESSED);

            alice.expectMessage(failed(1, 0, FailureAction.QUARANTINE));
            alice.expectMessage(failed(1, 2, FailureAction.QUARANTINE));
        }

        @Test
        void handsNothingOnAfterAFrameThatClosesTheConnection() {
            router.tell(deliver(1, 1, alice, first + 0, second + 1));
            fail(next(one, first + 0), 0, 1, FailureAction.CLOSE);
            alice.expectMessage(failed(1, 0, FailureAction.CLOSE));
            answer(next(two, second + 1), AckStep.PROCESSED);
            router.tell(deliver(1, 2, alice, second + 2));
            router.tell(close(1));

            two.expectMessageClass(Close.class);
            one.expectMessageClass(Close.class);
            alice.expectNoMessage(Duration.ZERO);
        }

        @Test
        void handsOnWhatIsSaidOutsideOfAnswers() {
            router.tell(deliver(1, 1, alice, first + 0));
            ActorRef<Answer> replyTo = next(one, first + 0).replyTo();
            replyTo.tell(new Send(Messages.bytes("push")));
            replyTo.tell(new Disconnect("enough"));

            alice.expectMessage(new Send(Messages.bytes("push")));
            alice.expectMessage(new Disconnect("enough"));
        }

        @Test
        void takesFramesWhoseKeyCannotBeFoundForThoseWithoutOne() {
            takesForOneWithoutAKey((connection, frame) -> {
                throw new IllegalStateException("what key?");
            });
        }

        @Test
        void takesFramesAtWhoseKeyAnAssertionFailsForThoseWithoutOne() {
            takesForOneWithoutAKey((connection, frame) -> {
                throw new AssertionError("what key?");
            });
        }

        @Test
        @SuppressWarnings("NullAway") // A user's code may be without it.
        void takesFramesWhoseKeyIsNullForThoseWithoutOne() {
            takesForOneWithoutAKey((connection, frame) -> null);
        }

        private void takesForOneWithoutAKey(KeyFunction key) {
            ActorRef<Command> failing = router(key);
            failing.tell(deliver(1, 1, alice, first + 0, second + 1));

            answer(next(one, first + 0, second + 1), AckStep.PROCESSED);
            alice.expectMessage(done(1));
        }
    }

    @Nested
    class Fields {
        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                value = {"pump-7 on|pump-7", "a:b|a", "a,b|a", "alone|alone", ":none|''"})
        void endAtTheFirstSeparator(String frame, String field) {
            assertThat(new FirstField().key(connection(1), ByteString.fromString(frame)))
                    .isEqualTo(ByteString.fromString(field));
        }

        @Test
        void endAtATab() {
            assertThat(new FirstField().key(connection(1), ByteString.fromString("a\tb")))
                    .isEqualTo(ByteString.fromString("a"));
        }
    }

    @Nested
    class Settings {
        @Test
        void areReadAndAClassIsMade() {
            assertThat(pool("processor-pool { size = 3, by = identity }"))
                    .isEqualTo(new PoolSettings(3, By.IDENTITY, Optional.empty()));
            assertThat(pool("processor-pool { size = 2, by = field }").key()).containsInstanceOf(FirstField.class);
            assertThat(pool("processor-pool { size = 2, by = \"" + FirstLetter.class.getName() + "\" }")
                            .key())
                    .containsInstanceOf(FirstLetter.class);
        }

        @Test
        void demandAThreadForEachProcessor() {
            assertThatThrownBy(() -> pool("processor-pool.size = 5"))
                    .hasMessageContaining("penstock.processor-dispatcher.thread-pool-executor.fixed-pool-size: 4"
                            + " (expected: >= processor-pool.size, which is 5)");
        }

        @Test
        void refuseWhatIsNoWayToDealOut() {
            assertThatThrownBy(() -> pool("processor-pool.by = moon"))
                    .hasMessageContaining(
                            "penstock.processor-pool.by: moon (expected: connection|identity|field, or the"
                                    + " full name of a class)");
            assertThatThrownBy(() -> pool("processor-pool.by = java.lang.String"))
                    .hasMessageContaining("a class that implements io.penstock.processor.KeyFunction");
        }

        @ParameterizedTest
        @ValueSource(strings = {"console", "file"})
        void refuseASecondOneOfWhatThereCanBeOneOf(String name) {
            SettingsReader reader =
                    new SettingsReader(config("processor-pool.size = 2, file.path = x, processor = " + name));
            Processors.read(reader, unused -> (host, port) -> {
                throw new IOException("no connections here");
            });

            assertThatThrownBy(reader::check)
                    .hasMessageContaining("penstock.processor-pool.size: 2 (expected: 1 with processor = " + name
                            + ", of which there can only be one)");
        }

        private static PoolSettings pool(String settings) {
            return SupervisionSettings.from(config(settings)).pool();
        }

        private static Config config(String settings) {
            return ConfigFactory.parseString("penstock { " + settings + " }").withFallback(ConfigFactory.load());
        }
    }

    /** Of the user's. */
    public static final class FirstLetter implements KeyFunction {
        @Override
        public ByteString key(ConnectionInfo connection, ByteString frame) {
            return frame.take(1);
        }
    }
}

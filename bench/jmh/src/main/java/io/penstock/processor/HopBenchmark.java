package io.penstock.processor;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.penstock.protocol.ConnectionInfo;
import io.penstock.protocol.ConnectionProtocol;
import io.penstock.protocol.Frames;
import io.penstock.protocol.ProcessorProtocol;
import io.penstock.protocol.ProcessorProtocol.Deliver;
import io.penstock.protocol.ProcessorProtocol.Done;
import io.penstock.protocol.ProcessorProtocol.Open;
import io.penstock.protocol.Protocols;
import io.penstock.protocol.SupervisorProtocol;
import io.penstock.protocol.SupervisorProtocol.Attach;
import io.penstock.protocol.SupervisorProtocol.Attached;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Collections;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.SpawnProtocol;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.util.ByteString;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * From the actor of a connection to a supervised processor and back: batches of a read's frames, a few of them under way
 * as in a window. Time is per batch.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(2)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class HopBenchmark {
    private static final int BATCHES = 1_000;
    private static final int UNDER_WAY = 4;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** Of lines in full reads there are 570. */
    @Param({"1", "570"})
    public int frames;

    /** echo answers each frame. */
    @Param({"discard", "echo"})
    public String processor;

    private ActorSystem<SpawnProtocol.Command> system;
    private ActorRef<ConnectionProtocol.Command> connection;

    /** The benchmark wants the batches to go. */
    private record Go(CompletableFuture<Void> done) implements ConnectionProtocol.Signal {}

    @Setup
    public void attach() {
        Config config = ConfigFactory.load();
        system = ActorSystem.create(SpawnProtocol.create(), "benchmark", config);
        ProcessorFactory factory = processor.equals("echo") ? Processors.echo() : Processors.discard();
        ActorRef<SupervisorProtocol.Command> supervisor =
                spawn(ProcessorSupervisor.create(factory, SupervisionSettings.from(config)), "processors");
        ActorRef<ProcessorProtocol.Command> worker = AskPattern.<SupervisorProtocol.Command, Attached>ask(
                        supervisor, self -> new Attach(1, self), PATIENCE, system.scheduler())
                .toCompletableFuture()
                .join()
                .processor();
        ByteString line = ByteString.fromArray(new byte[99]);
        connection = spawn(sender(worker, Frames.of(Collections.nCopies(frames, line))), "connection");
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);
        worker.tell(new Open(
                new ConnectionInfo(1, ConnectionInfo.DEFAULT_LISTENER, address, address, Protocols.LINES, null),
                connection.narrow()));
    }

    private <T> ActorRef<T> spawn(Behavior<T> behavior, String name) {
        return AskPattern.<SpawnProtocol.Command, ActorRef<T>>ask(
                        system,
                        self -> new SpawnProtocol.Spawn<>(behavior, name, Props.empty(), self),
                        PATIENCE,
                        system.scheduler())
                .toCompletableFuture()
                .join();
    }

    /** What a ConnectionActor does of this: a batch for each that was answered. */
    private static Behavior<ConnectionProtocol.Command> sender(
            ActorRef<ProcessorProtocol.Command> worker, Frames frames) {
        return Behaviors.setup(
                context -> new Sender(worker, frames, context.getSelf().narrow()).waiting());
    }

    private static final class Sender {
        private final ActorRef<ProcessorProtocol.Command> worker;
        private final Frames frames;
        private final ActorRef<ProcessorProtocol.Answer> self;
        private CompletableFuture<Void> done = new CompletableFuture<>();
        private long sent;
        private long answered;
        private long end;

        Sender(ActorRef<ProcessorProtocol.Command> worker, Frames frames, ActorRef<ProcessorProtocol.Answer> self) {
            this.worker = worker;
            this.frames = frames;
            this.self = self;
        }

        Behavior<ConnectionProtocol.Command> waiting() {
            return Behaviors.receive(ConnectionProtocol.Command.class)
                    .onMessage(Go.class, this::go)
                    .onMessage(Done.class, this::done)
                    .build();
        }

        private Behavior<ConnectionProtocol.Command> go(Go go) {
            done = go.done();
            end = sent + BATCHES;
            for (int i = 0; i < UNDER_WAY; i++) {
                deliver();
            }
            return Behaviors.same();
        }

        private void deliver() {
            worker.tell(new Deliver(1, ++sent, frames, self));
        }

        private Behavior<ConnectionProtocol.Command> done(Done message) {
            answered++;
            if (sent < end) {
                deliver();
            } else if (answered == end) {
                done.complete(null);
            }
            return Behaviors.same();
        }
    }

    @TearDown
    public void stop() {
        system.terminate();
    }

    @Benchmark
    @OperationsPerInvocation(BATCHES)
    public void deliver() {
        CompletableFuture<Void> done = new CompletableFuture<>();
        connection.tell(new Go(done));
        done.join();
    }
}

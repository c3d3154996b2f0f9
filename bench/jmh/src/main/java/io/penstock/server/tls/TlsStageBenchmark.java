package io.penstock.server.tls;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.stream.javadsl.BidiFlow;
import org.apache.pekko.stream.javadsl.Flow;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
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
 * Records through the stage, all of it and a client fused into one island: what the stage adds to {@link EngineBenchmark}'s
 * unwrap. Time is per record; starting a batch and waiting for its end, once for all, is in it.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(2)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class TlsStageBenchmark {
    private static final int RECORDS = 256;

    @Param({"NATIVE", "JDK"})
    public String engine;

    @Param({"100", "16384"})
    public int size;

    private ActorSystem system;
    private ExecutorService tasks;
    private RecordClient client;
    private ClientStage network;
    private CountingSink user;
    private byte[] data;
    private List<ByteString> reads;

    @Setup
    public void connect() throws Exception {
        system = ActorSystem.create("benchmark");
        tasks = Executors.newSingleThreadExecutor();
        client = RecordClient.create();
        network = new ClientStage(client);
        user = new CountingSink();
        data = new byte[size];
        TlsContext context = RecordClient.server(engine);
        TlsStage stage = new TlsStage(
                context::engine,
                context::explain,
                new HandshakeProgress(),
                session -> {},
                tasks,
                Duration.ofSeconds(1));
        Flow.fromSinkAndSource(user, Source.<ByteString>maybe())
                .join(BidiFlow.fromGraph(stage).join(Flow.fromGraph(network)))
                .run(system);
        network.shaken().join();
    }

    @TearDown
    public void stop() {
        system.terminate();
        tasks.shutdown();
    }

    /** New records each time, as none can be received twice. */
    @Setup(Level.Invocation)
    public void encrypt() throws Exception {
        reads = client.reads(data, RECORDS);
        user.expect((long) RECORDS * size);
    }

    @Benchmark
    @OperationsPerInvocation(RECORDS)
    public void unwrap() {
        network.send(reads);
        user.done().join();
    }
}

package io.penstock.server.tls;

import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
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
import org.openjdk.jmh.infra.Blackhole;

/** A record through an engine, in either direction, without a stream: TLS 1.3, after the handshake. Time is per record. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(2)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class EngineBenchmark {
    private static final int RECORDS = 64;

    /** A connection whose handshake is done. */
    @State(Scope.Thread)
    public static class Connection {
        @Param({"NATIVE", "JDK"})
        public String engine;

        @Param({"100", "16384"})
        public int size;

        private RecordClient client;
        private TlsEngine server;
        private byte[] data;
        private ByteString plaintext;

        @Setup
        public void shake() throws Exception {
            client = RecordClient.create();
            server = client.shaken(RecordClient.server(engine));
            data = new byte[size];
            plaintext = ByteString.fromArray(data);
        }

        @TearDown
        public void release() {
            server.release();
        }
    }

    /**
     * What the client has sent: new records each time, as none can be received twice. A benchmark that took the connection,
     * too, would be given another one.
     */
    @State(Scope.Thread)
    public static class Incoming {
        private TlsEngine server;
        private List<ByteString> reads;

        @Setup(Level.Invocation)
        public void encrypt(Connection connection) throws SSLException {
            server = connection.server;
            reads = connection.client.reads(connection.data, RECORDS);
        }
    }

    @Benchmark
    @OperationsPerInvocation(RECORDS)
    public void unwrap(Incoming incoming, Blackhole hole) {
        for (ByteString read : incoming.reads) {
            incoming.server.receive(read);
            hole.consume(incoming.server.takePlaintext());
        }
    }

    @Benchmark
    public ByteString wrap(Connection connection) {
        connection.server.send(connection.plaintext);
        return connection.server.takeCiphertext();
    }
}

package io.penstock.protocol;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
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
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/** Finding the frames of what a full read brings: 600 messages of 94 bytes, a new connection each time. Time is per frame. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(2)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class DecoderBenchmark {
    private static final int FRAMES = 600;
    private static final int PIECE = 1400;
    private static final FrameLimits LIMITS = new FrameLimits(64 * 1024, BadFrameAction.CLOSE);
    private static final String MESSAGE =
            "<34>1 2026-11-23T07:01:40.830Z host.example.test app 4711 ID47 - a message of the usual length";

    @Param({"lines", "nul", "length:4", "varint", "netstring", "json", "syslog", "octet-counted", "relp"})
    public String protocol;

    private Protocol codec;
    private ByteString read;
    private List<ByteString> pieces;

    @Setup
    public void encode() {
        codec = Protocols.byName(protocol.equals("octet-counted") ? "syslog" : protocol)
                .orElseThrow();
        read = stream().compact();
        pieces = new ArrayList<>();
        for (int at = 0; at < read.size(); at += PIECE) {
            pieces.add(read.slice(at, Math.min(read.size(), at + PIECE)).compact());
        }
        FrameDecoder.Decoded decoded = codec.newDecoder(LIMITS).decode(read);
        if (decoded.frames().size() != FRAMES || !decoded.bad().isEmpty()) {
            throw new IllegalStateException(decoded.frames().size() + " frames, bad: " + decoded.bad());
        }
    }

    private ByteString stream() {
        return switch (protocol) {
            case "relp" -> relp();
            case "json" -> ByteString.fromString(("{\"message\":\"" + MESSAGE.substring(14) + "\"}\n").repeat(FRAMES));
            case "syslog" -> ByteString.fromString((MESSAGE + "\n").repeat(FRAMES));
            case "octet-counted" -> encoded(Protocols.OCTET_COUNTED);
            default -> encoded(codec);
        };
    }

    private static ByteString encoded(Protocol protocol) {
        return protocol.encoder().encode(Collections.nCopies(FRAMES, ByteString.fromString(MESSAGE)));
    }

    private static ByteString relp() {
        StringBuilder frames = new StringBuilder(RelpFrames.frame(1, "open", "relp_version=0\ncommands=syslog"));
        for (int i = 0; i < FRAMES; i++) {
            frames.append(RelpFrames.frame(2 + i, "syslog", MESSAGE));
        }
        return ByteString.fromString(frames.toString());
    }

    /** As one read. */
    @Benchmark
    @OperationsPerInvocation(FRAMES)
    public void whole(Blackhole hole) {
        consume(codec.newDecoder(LIMITS).decode(read), hole);
    }

    /** As segments of a network, so that every fourteenth frame or so is in two of them. */
    @Benchmark
    @OperationsPerInvocation(FRAMES)
    public void inPieces(Blackhole hole) {
        FrameDecoder decoder = codec.newDecoder(LIMITS);
        for (ByteString piece : pieces) {
            consume(decoder.decode(piece), hole);
        }
    }

    private static void consume(FrameDecoder.Decoded decoded, Blackhole hole) {
        Frames frames = decoded.frames();
        for (int i = 0; i < frames.size(); i++) {
            hole.consume(frames.get(i));
        }
        hole.consume(decoded.receipt());
    }
}

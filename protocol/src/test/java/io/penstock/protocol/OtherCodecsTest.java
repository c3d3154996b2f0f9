package io.penstock.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandler;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.DelimiterBasedFrameDecoder;
import io.netty.handler.codec.Delimiters;
import io.netty.handler.codec.LengthFieldBasedFrameDecoder;
import io.netty.handler.codec.LengthFieldPrepender;
import io.netty.handler.codec.LineBasedFrameDecoder;
import io.netty.handler.codec.json.JsonObjectDecoder;
import io.netty.handler.codec.protobuf.ProtobufVarint32FrameDecoder;
import io.netty.handler.codec.protobuf.ProtobufVarint32LengthFieldPrepender;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Netty's codecs write what ours read, and read what ours write. */
class OtherCodecsTest {
    private static final int MAX = 1_000_000;

    private static Arguments length(String name, int size, ByteOrder order, boolean inclusive) {
        return Arguments.of(
                name,
                new LengthFieldBasedFrameDecoder(order, MAX, 0, size, inclusive ? -size : 0, size, true),
                new LengthFieldPrepender(order, size, 0, inclusive));
    }

    static Stream<Arguments> readersAndWriters() {
        return Stream.of(
                length("length:1", 1, ByteOrder.BIG_ENDIAN, false),
                length("length:2", 2, ByteOrder.BIG_ENDIAN, false),
                length("length:2:le", 2, ByteOrder.LITTLE_ENDIAN, false),
                length("length:4", 4, ByteOrder.BIG_ENDIAN, false),
                length("length:4:le:inclusive", 4, ByteOrder.LITTLE_ENDIAN, true),
                length("length:8", 8, ByteOrder.BIG_ENDIAN, false),
                length("length:8:le:inclusive", 8, ByteOrder.LITTLE_ENDIAN, true),
                Arguments.of("varint", new ProtobufVarint32FrameDecoder(), new ProtobufVarint32LengthFieldPrepender()));
    }

    static Stream<Arguments> readers() {
        return Stream.of(
                Arguments.of("lines", new LineBasedFrameDecoder(MAX)),
                Arguments.of("nul", new DelimiterBasedFrameDecoder(MAX, Delimiters.nulDelimiter())),
                Arguments.of("json", new JsonObjectDecoder(MAX)));
    }

    private static Protocol protocol(String name) {
        return Protocols.byName(name).orElseThrow();
    }

    /** JSON objects, so that every protocol can carry them. */
    private static List<ByteString> payloads(int longest) {
        Random random = new Random(20261123);
        List<ByteString> payloads = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            payloads.add(Decoding.bytes("{\"x\":\"" + "y".repeat(random.nextInt(longest)) + "\"}"));
        }
        return payloads;
    }

    private static int longest(String name) {
        return name.startsWith("length:1") ? 200 : 2_000;
    }

    private static ByteString bytes(ByteBuf buffer) {
        try {
            return ByteString.fromArray(ByteBufUtil.getBytes(buffer));
        } finally {
            buffer.release();
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource({"readersAndWriters", "readers"})
    void readWhatOursWrite(String name, ChannelHandler reader) {
        List<ByteString> payloads = payloads(longest(name));
        EmbeddedChannel netty = new EmbeddedChannel(reader);
        netty.writeInbound(
                Unpooled.wrappedBuffer(protocol(name).encoder().encode(payloads).toArray()));
        List<ByteString> read = new ArrayList<>();
        for (ByteBuf frame = netty.readInbound(); frame != null; frame = netty.readInbound()) {
            read.add(bytes(frame));
        }
        assertThat(read).isEqualTo(payloads);
        netty.finishAndReleaseAll();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("readersAndWriters")
    void writeWhatOursRead(String name, ChannelHandler reader, ChannelHandler writer) {
        List<ByteString> payloads = payloads(longest(name));
        EmbeddedChannel netty = new EmbeddedChannel(writer);
        payloads.forEach(payload -> netty.writeOutbound(Unpooled.wrappedBuffer(payload.toArray())));
        ByteString wire = ByteString.emptyByteString();
        for (ByteBuf part = netty.readOutbound(); part != null; part = netty.readOutbound()) {
            wire = wire.concat(bytes(part));
        }
        assertThat(protocol(name)
                        .newDecoder(new FrameLimits(MAX, BadFrameAction.CLOSE))
                        .decode(wire.compact())
                        .frames())
                .containsExactlyElementsOf(payloads);
        netty.finishAndReleaseAll();
    }
}

package io.penstock.server;

import io.penstock.protocol.FrameDecoder;
import io.penstock.protocol.FrameEncoder;
import io.penstock.protocol.FrameLimits;
import io.penstock.protocol.Frames;
import io.penstock.protocol.Protocol;
import io.penstock.protocol.Protocols;
import io.penstock.protocol.Receipt;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.pekko.util.ByteString;
import org.jspecify.annotations.Nullable;

/**
 * Lines whose sender is told: {@code +0,1} accepts frames of a batch, {@code -2 reason} refuses one. {@code HELLO} is
 * answered by the protocol, a last {@code QUIT} ends the conversation.
 */
enum ToldLines implements Protocol {
    PROTOCOL;

    @Override
    public boolean delimited() {
        return true;
    }

    @Override
    public FrameDecoder newDecoder(FrameLimits limits) {
        FrameDecoder lines = Protocols.LINES.newDecoder(limits);
        return new FrameDecoder() {
            @Override
            public Decoded decode(ByteString chunk) {
                return told(lines.decode(chunk));
            }

            @Override
            public Decoded end() {
                return told(lines.end());
            }

            @Override
            public int pendingBytes() {
                return lines.pendingBytes();
            }
        };
    }

    private static FrameDecoder.Decoded told(FrameDecoder.Decoded decoded) {
        List<ByteString> all = IntStream.range(0, decoded.frames().size())
                .mapToObj(decoded.frames()::get)
                .toList();
        List<ByteString> frames = all.stream()
                .filter(frame -> !List.of("HELLO", "QUIT").contains(frame.utf8String()))
                .toList();
        @Nullable
        ByteString farewell = all.contains(ByteString.fromString("QUIT")) ? ByteString.fromString("farewell\n") : null;
        ByteString reply = all.contains(ByteString.fromString("HELLO"))
                ? ByteString.fromString("hello to you\n")
                : ByteString.emptyByteString();
        return new FrameDecoder.Decoded(Frames.of(frames), decoded.bad(), new Told(), reply, farewell);
    }

    @Override
    public FrameEncoder encoder() {
        return Protocols.LINES.encoder();
    }

    @Override
    public Acknowledgement acknowledgement() {
        return Acknowledgement.POSSIBLE;
    }

    @Override
    public ByteString goodbye() {
        return ByteString.fromString("bye\n");
    }

    private record Told() implements Receipt {
        @Override
        public ByteString accepted(int from, int to) {
            return ByteString.fromString(
                    IntStream.range(from, to).mapToObj(Integer::toString).collect(Collectors.joining(",", "+", "\n")));
        }

        @Override
        public ByteString refused(int frame, String reason) {
            return ByteString.fromString("-" + frame + " " + reason + "\n");
        }
    }
}

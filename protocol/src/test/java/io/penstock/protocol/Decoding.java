package io.penstock.protocol;

import io.penstock.protocol.FrameDecoder.Decoded;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.pekko.util.ByteString;

/** Runs a decoder over bytes that come in pieces. */
final class Decoding {
    final List<String> frames = new ArrayList<>();
    final List<BadFrame> bad = new ArrayList<>();
    private final FrameDecoder decoder;

    Decoding(Protocol protocol, int max, BadFrameAction action) {
        decoder = protocol.newDecoder(new FrameLimits(max, action));
    }

    /** Bytes are written as ISO-8859-1 text, so that every byte has a character. */
    static ByteString bytes(String text) {
        return ByteString.fromString(text, StandardCharsets.ISO_8859_1);
    }

    Decoding feed(String... chunks) {
        for (String chunk : chunks) {
            add(decoder.decode(bytes(chunk)));
        }
        return this;
    }

    Decoding feedInPieces(String text, Random random, int longest) {
        for (int i = 0; i < text.length(); ) {
            int end = Math.min(text.length(), i + 1 + random.nextInt(longest));
            feed(text.substring(i, end));
            i = end;
        }
        return this;
    }

    Decoding end() {
        add(decoder.end());
        return this;
    }

    int pending() {
        return decoder.pendingBytes();
    }

    private void add(Decoded decoded) {
        decoded.frames().forEach(frame -> frames.add(frame.decodeString(StandardCharsets.ISO_8859_1)));
        bad.addAll(decoded.bad());
    }
}

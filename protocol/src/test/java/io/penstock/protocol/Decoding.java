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
    /** What the sender would be sent, if every frame was accepted and every bad one refused, or set aside. */
    final List<String> sent = new ArrayList<>();

    private final FrameDecoder decoder;
    private boolean over;

    Decoding(Protocol protocol, int max, BadFrameAction action) {
        decoder = protocol.newDecoder(new FrameLimits(max, action));
    }

    /** Bytes are written as ISO-8859-1 text, so that every byte has a character. */
    static ByteString bytes(String text) {
        return ByteString.fromString(text, StandardCharsets.ISO_8859_1);
    }

    static String text(ByteString bytes) {
        return bytes.decodeString(StandardCharsets.ISO_8859_1);
    }

    Decoding feed(String... chunks) {
        for (String chunk : chunks) {
            if (!over) {
                add(decoder.decode(bytes(chunk)));
            }
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
        if (!over) {
            add(decoder.end());
        }
        return this;
    }

    int pending() {
        return decoder.pendingBytes();
    }

    private void add(Decoded decoded) {
        decoded.frames().forEach(frame -> frames.add(text(frame)));
        bad.addAll(decoded.bad());
        send(decoded.reply());
        send(decoded.receipt().accepted(0, decoded.frames().size()));
        for (BadFrame frame : decoded.bad()) {
            boolean setAside = frame.action() == BadFrameAction.QUARANTINE;
            send(setAside ? frame.receipt().accepted(0, 1) : frame.receipt().refused(0, frame.detail()));
        }
        ByteString farewell = decoded.farewell();
        if (farewell != null) {
            send(farewell);
        }
        over = decoded.fatal() || farewell != null;
    }

    private void send(ByteString bytes) {
        if (!bytes.isEmpty()) {
            sent.add(text(bytes));
        }
    }
}

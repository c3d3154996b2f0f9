package io.penstock.protocol;

import java.nio.ByteBuffer;
import org.apache.pekko.util.ByteString;

/**
 * Incremental decoder of {@link JsonProtocol}. What cannot begin a value closes the connection whatever the policy. An
 * orderly end of the stream ends a number or a word, too.
 */
final class JsonDecoder implements FrameDecoder {
    /** What the scanner is in the middle of. */
    private enum Within {
        NOTHING,
        /** A number, true, false, null: ended by what cannot be part of it. */
        WORD,
        /** A string that is a value by itself. */
        STRING,
        /** An object or an array. */
        BRACKETS,
        /** A string in an object or an array. */
        STRING_IN_BRACKETS
    }

    private static final byte RECORD_SEPARATOR = 0x1e;

    private final int max;
    private final PartialFrame partial;
    private Within within = Within.NOTHING;
    private boolean escaped;
    private int depth;

    JsonDecoder(FrameLimits limits) {
        this.max = limits.maxFrameSize();
        this.partial = new PartialFrame(limits, "value");
    }

    @Override
    public Decoded decode(ByteString chunk) {
        FrameCollector out = new FrameCollector(chunk);
        ByteBuffer bytes = chunk.asByteBuffer();
        int start = 0;
        for (int at = 0; at < chunk.size() && !out.closed(); at++) {
            byte next = bytes.get(at);
            if (within == Within.WORD && endsWord(next)) {
                end(out, chunk, start, at);
            }
            if (within != Within.NOTHING) {
                if (endsValue(next) && !out.closed()) {
                    end(out, chunk, start, at + 1);
                }
            } else if (!isBetween(next) && !out.closed()) {
                start = at;
                begin(out, next);
            }
        }
        if (within != Within.NOTHING && !out.closed()) {
            partial.append(out, chunk.drop(start), 0);
        }
        return out.decoded();
    }

    private void begin(FrameCollector out, byte first) {
        switch (first) {
            case '{', '[' -> {
                within = Within.BRACKETS;
                depth = 1;
            }
            case '"' -> within = Within.STRING;
            default -> {
                if (isWord(first)) {
                    within = Within.WORD;
                } else {
                    out.malformed("byte 0x%02x between values (expected: a JSON value)".formatted(first));
                }
            }
        }
    }

    /** Goes on by a byte of the current value; true when it was the last. */
    private boolean endsValue(byte next) {
        switch (within) {
            case STRING, STRING_IN_BRACKETS -> {
                if (escaped) {
                    escaped = false;
                } else if (next == '\\') {
                    escaped = true;
                } else if (next == '"') {
                    boolean alone = within == Within.STRING;
                    within = Within.BRACKETS;
                    return alone;
                }
            }
            case BRACKETS -> {
                switch (next) {
                    case '"' -> within = Within.STRING_IN_BRACKETS;
                    case '{', '[' -> depth++;
                    case '}', ']' -> depth--;
                    default -> {
                        // Whatever else.
                    }
                }
                return depth == 0;
            }
            default -> {
                // A word goes on.
            }
        }
        return false;
    }

    private void end(FrameCollector out, ByteString chunk, int start, int end) {
        within = Within.NOTHING;
        if (!partial.begun() && end - start <= max) {
            out.slice(start, end);
            return;
        }
        partial.append(out, chunk.slice(start, end), 0);
        if (!out.closed()) {
            partial.end(out);
        }
    }

    private static boolean isWord(byte next) {
        return next == '-' || next == '+' || next == '.' || (next >= '0' && next <= '9') || isLetter(next);
    }

    private static boolean isLetter(byte next) {
        return (next >= 'a' && next <= 'z') || (next >= 'A' && next <= 'Z');
    }

    private static boolean endsWord(byte next) {
        return !isWord(next);
    }

    private static boolean isBetween(byte next) {
        return next == ' ' || next == '\t' || next == '\n' || next == '\r' || next == RECORD_SEPARATOR;
    }

    @Override
    public Decoded end() {
        FrameCollector out = new FrameCollector(ByteString.emptyByteString());
        if (within == Within.WORD && partial.begun()) {
            partial.end(out);
        }
        return out.decoded();
    }

    @Override
    public int pendingBytes() {
        return partial.pendingBytes();
    }
}

package io.penstock.protocol;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.pekko.util.ByteString;

/** Receipts that are lines. */
final class LineReceipts {
    private LineReceipts() {}

    static Receipts of(LinesReply reply) {
        return switch (reply) {
            case NONE -> Receipts.NONE;
            case ECHO -> (numbers, frames) -> new Echo(frames);
            case COUNT -> (numbers, frames) -> new Count(numbers, true);
            case BATCH -> (numbers, frames) -> new Count(numbers, false);
        };
    }

    /** @param frames as far as they have been taken */
    private record Echo(Frames frames) implements Receipt {
        @Override
        public ByteString accepted(int from, int to) {
            List<ByteString> accepted = new ArrayList<>(to - from);
            for (int i = from; i < to; i++) {
                accepted.add(frames.get(i));
            }
            return Protocols.LINES.encoder().encode(accepted);
        }

        /** No line can be told from an echo. */
        @Override
        public ByteString refused(int frame, String reason) {
            return ByteString.emptyByteString();
        }
    }

    /** @param each whether each number is said, or that of the last alone */
    private record Count(FrameNumbers numbers, boolean each) implements Receipt {
        @Override
        public ByteString accepted(int from, int to) {
            StringBuilder lines = new StringBuilder();
            for (int i = each ? from : Math.max(from, to - 1); i < to; i++) {
                lines.append(numbers.of(i)).append('\n');
            }
            return bytes(lines.toString());
        }

        @Override
        public ByteString refused(int frame, String reason) {
            return bytes(numbers.of(frame) + " refused: " + reason.replaceAll("[\\p{Cc}\u2028\u2029]", " ") + "\n");
        }

        private static ByteString bytes(String lines) {
            return ByteString.fromString(lines, StandardCharsets.UTF_8);
        }
    }
}

package io.penstock.protocol;

import org.apache.pekko.util.ByteString;

/**
 * Lines of bytes.
 *
 * <pre>
 *   +----------------------+------+------+
 *   |  payload, no LF      | [CR] |  LF  |
 *   +----------------------+------+------+
 *     0 to max-frame-size     0D     0A
 * </pre>
 *
 * One CR directly before the LF belongs to the delimiter. An orderly end of the stream ends the last line, too.
 */
final class LinesProtocol implements Protocol {
    private static final ByteString LF = ByteString.fromString("\n");

    @Override
    public String name() {
        return "lines";
    }

    @Override
    public boolean delimited() {
        return true;
    }

    @Override
    public FrameDecoder newDecoder(FrameLimits limits) {
        return new LinesDecoder(limits);
    }

    @Override
    public FrameEncoder encoder() {
        return payloads -> {
            ByteString all = ByteString.emptyByteString();
            for (ByteString payload : payloads) {
                if (payload.indexOf((byte) '\n') >= 0) {
                    throw new IllegalArgumentException("a line cannot hold a line feed: payload of " + payload.size()
                            + " bytes (expected: none, or another protocol)");
                }
                all = all.concat(payload).concat(LF);
            }
            return all;
        };
    }
}

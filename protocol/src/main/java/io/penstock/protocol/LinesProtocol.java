package io.penstock.protocol;

import java.util.List;
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
    private static final byte LF = '\n';

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
        return LinesProtocol::encode;
    }

    /**
     * One array of its own: a payload is often a small slice of a large read, which it would keep alive while it waits
     * for a peer that does not read.
     */
    private static ByteString encode(List<ByteString> payloads) {
        int size = payloads.size();
        for (ByteString payload : payloads) {
            size += payload.size();
        }
        byte[] lines = new byte[size];
        int end = 0;
        for (ByteString payload : payloads) {
            if (payload.indexOf(LF) >= 0) {
                throw new IllegalArgumentException("a line cannot hold a line feed: payload of " + payload.size()
                        + " bytes (expected: none, or another protocol)");
            }
            payload.copyToArray(lines, end, payload.size());
            end += payload.size();
            lines[end++] = LF;
        }
        return ByteString.fromArrayUnsafe(lines);
    }
}

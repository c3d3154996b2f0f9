package io.penstock.protocol;

import java.util.List;
import org.apache.pekko.util.ByteString;

/**
 * A stream of JSON values (RFC 8259), with white space, line feeds (NDJSON) or record separators (RFC 7464) between
 * them, or nothing where that is unambiguous.
 *
 * <pre>
 *   +-------------+--------+-------------+--------+
 *   |  value      | [ws]   |  value      | [ws]   |  …
 *   +-------------+--------+-------------+--------+
 * </pre>
 *
 * A frame is the text of one value. Brackets are counted and strings with their escapes respected; whether what is
 * between them is JSON is for the processor to find. What is sent has a line feed after each value.
 */
final class JsonProtocol implements Protocol {
    private static final ByteString LF = ByteString.fromString("\n");

    @Override
    public String name() {
        return "json";
    }

    @Override
    public boolean delimited() {
        return true;
    }

    @Override
    public FrameDecoder newDecoder(FrameLimits limits) {
        return new JsonDecoder(limits);
    }

    @Override
    public FrameEncoder encoder() {
        return JsonProtocol::encode;
    }

    private static ByteString encode(List<ByteString> payloads) {
        ByteString values = ByteString.emptyByteString();
        for (ByteString payload : payloads) {
            values = values.concat(payload).concat(LF);
        }
        return values.compact();
    }
}

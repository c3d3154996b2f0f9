package io.penstock.protocol;

import java.util.List;
import org.apache.pekko.util.ByteString;

/** Frames whose length comes first. */
record PrefixedProtocol(String name, Prefix prefix) implements Protocol {
    @Override
    public boolean delimited() {
        return true;
    }

    @Override
    public FrameDecoder newDecoder(FrameLimits limits) {
        return new PrefixedDecoder(limits, prefix);
    }

    @Override
    public FrameEncoder encoder() {
        return this::encode;
    }

    private ByteString encode(List<ByteString> payloads) {
        ByteString frames = ByteString.emptyByteString();
        for (ByteString one : payloads) {
            ByteString payload = prefix.endsLines() ? LineFeeds.kept(one) : one;
            frames = frames.concat(prefix.write(payload.size())).concat(payload).concat(prefix.trailer());
        }
        // An array of its own: a payload is often a small slice of a large read.
        return frames.compact();
    }
}

package io.penstock.protocol;

import io.penstock.protocol.Prefix.Announced;
import io.penstock.protocol.Prefix.Malformed;
import java.nio.ByteBuffer;
import org.apache.pekko.util.ByteString;

/**
 * Incremental decoder of frames whose length comes first. Nothing is allocated by the length that a peer claims. What
 * is malformed closes the connection whatever the policy: where the next frame begins cannot be known any more.
 */
final class PrefixedDecoder implements FrameDecoder {
    private final Prefix prefix;
    private final int max;
    private final BadFrameAction onBadFrame;
    private final PartialFrame partial;
    /** A prefix, or the beginning of one, at the end of the chunk before. */
    private ByteString pending = ByteString.emptyByteString();
    /** Bytes of the current payload that are still to come; -1: no prefix has been read. */
    private long missing = -1;
    /** Bytes of the trailer that have come. */
    private int trailing;

    PrefixedDecoder(FrameLimits limits, Prefix prefix) {
        this.prefix = prefix;
        this.max = limits.maxFrameSize();
        this.onBadFrame = limits.onBadFrame();
        this.partial = new PartialFrame(limits, prefix.unit());
    }

    @Override
    public Decoded decode(ByteString chunk) {
        ByteString bytes = pending.isEmpty() ? chunk : pending.concat(chunk).compact();
        pending = ByteString.emptyByteString();
        FrameCollector out =
                prefix.endsLines() ? new FrameCollector(bytes).withoutLineFeeds() : new FrameCollector(bytes);
        ByteBuffer view = bytes.asByteBuffer();
        int at = 0;
        while (at < bytes.size() && !out.closed()) {
            at = missing < 0 ? begin(out, bytes, view, at) : go(out, bytes, at);
        }
        return out.decoded();
    }

    /** Reads a prefix, and the whole frame where it is there; where to go on. */
    private int begin(FrameCollector out, ByteString bytes, ByteBuffer view, int at) {
        Prefix.Read read = prefix.read(view, at, bytes.size());
        if (read instanceof Malformed malformed) {
            out.malformed(malformed.found());
        } else if (read instanceof Announced announced) {
            return announced(out, bytes, at + announced.size(), announced.payload());
        } else {
            pending = bytes.drop(at).compact();
        }
        return bytes.size();
    }

    private int announced(FrameCollector out, ByteString bytes, int start, long length) {
        if (length > max && onBadFrame == BadFrameAction.CLOSE) {
            partial.tooLong(out, length);
            return bytes.size();
        }
        int trailer = prefix.trailer().size();
        if (length > max || length + trailer > bytes.size() - start) {
            missing = length;
            return start;
        }
        int end = start + (int) length;
        if (!bytes.slice(end, end + trailer).equals(prefix.trailer())) {
            wrongTrailer(out);
            return bytes.size();
        }
        out.slice(start, end);
        return end + trailer;
    }

    /** Goes on with a payload, or its trailer, that began before; where to go on. */
    private int go(FrameCollector out, ByteString bytes, int at) {
        int now = (int) Math.min(missing, bytes.size() - at);
        partial.append(out, bytes.slice(at, at + now), 0);
        missing -= now;
        int next = at + now;
        while (missing == 0 && trailing < prefix.trailer().size() && next < bytes.size()) {
            if (bytes.apply(next++) != prefix.trailer().apply(trailing++)) {
                wrongTrailer(out);
                return bytes.size();
            }
        }
        return missing == 0 && trailing == prefix.trailer().size() ? finish(out, next) : next;
    }

    private int finish(FrameCollector out, int next) {
        missing = -1;
        trailing = 0;
        partial.end(out);
        return next;
    }

    private void wrongTrailer(FrameCollector out) {
        out.malformed(prefix.unit() + " that does not end where its length says (expected: "
                + prefix.trailer().utf8String() + ")");
    }

    /** A frame that the end of the stream cuts off is not one. */
    @Override
    public Decoded end() {
        return Decoded.NOTHING;
    }

    @Override
    public int pendingBytes() {
        return pending.size() + partial.pendingBytes();
    }
}

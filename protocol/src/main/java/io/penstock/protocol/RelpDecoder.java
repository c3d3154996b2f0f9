package io.penstock.protocol;

import io.penstock.protocol.BadFrame.Reason;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.apache.pekko.util.ByteString;

/**
 * Incremental decoder of what a RELP client sends. Transaction numbers have to rise by one from 1; those of what is no
 * message are skipped in the numbers of the frames, so that each response names its command.
 *
 * <p>A command that cannot be obeyed is refused by a response and ends the connection; bytes that are no RELP frame, or
 * one out of turn, end it without: nobody knows what a response would be taken for. Hints (number 0) are passed over.
 */
final class RelpDecoder implements FrameDecoder {
    private static final byte LF = '\n';

    /** Data of a command that is no message, in bytes; librelp's offers are about a hundred. */
    private static final int MOST_DATA = 4096;

    private enum Within {
        HEADER,
        DATA,
        TRAILER
    }

    private final int max;
    private final BadFrameAction onBadFrame;
    private final PartialFrame message;
    private final RelpHeader header = new RelpHeader();
    private Within within = Within.HEADER;
    private int missing;
    private ByteString offers = ByteString.emptyByteString();
    private boolean opened;
    /** The number of the next command. */
    private long next = 1;

    RelpDecoder(FrameLimits limits) {
        this.max = limits.maxFrameSize();
        this.onBadFrame = limits.onBadFrame();
        this.message = new PartialFrame(limits, "message");
    }

    @Override
    public Decoded decode(ByteString chunk) {
        FrameCollector out =
                new FrameCollector(chunk, (numbers, frames) -> new RelpReceipt(numbers), next).withoutLineFeeds();
        ByteBuffer bytes = chunk.asByteBuffer();
        int at = 0;
        while (at < chunk.size() && !out.closed()) {
            at = switch (within) {
                case HEADER -> header(out, bytes, at);
                case DATA -> data(out, chunk, at);
                case TRAILER -> trailer(out, bytes, at);
            };
        }
        next = out.nextNumber();
        return out.decoded();
    }

    private int header(FrameCollector out, ByteBuffer bytes, int from) {
        int at = header.read(bytes, from, bytes.limit());
        String fault = header.fault();
        if (fault != null) {
            out.malformed(fault);
        } else if (header.whole() && mayFollow(out)) {
            return isSyslog() ? message(out, bytes, at) : begin(at);
        }
        return at;
    }

    /** Whether the command can be taken now; if not, the stream has been ended. */
    private boolean mayFollow(FrameCollector out) {
        int expected = RelpFrames.txnr(out.nextNumber());
        if (!isHint() && header.txnr() != expected) {
            out.malformed("transaction number " + header.txnr() + " (expected: " + expected + ")");
        } else if (isSyslog() && opened) {
            limit(out);
        } else if (header.length() > MOST_DATA) {
            out.malformed("%s of %d bytes (expected: <= %d)".formatted(header.command(), header.length(), MOST_DATA));
        } else if (!isHint() && !isClose() && (opened || !isOpen())) {
            out.refused(
                    Reason.MALFORMED,
                    "command " + header.command() + (opened ? " (expected: syslog or close)" : " (expected: open)"),
                    BadFrameAction.CLOSE,
                    ByteString.emptyByteString(),
                    header.length());
        }
        return !out.closed();
    }

    /** Closes at a message that is too long before any of it has come. */
    private void limit(FrameCollector out) {
        if (header.length() > max && onBadFrame == BadFrameAction.CLOSE) {
            message.tooLong(out, header.length());
        }
    }

    private boolean isHint() {
        return header.txnr() == 0 && !isSyslog() && !isOpen() && !isClose();
    }

    private boolean isSyslog() {
        return header.is(RelpFrames.SYSLOG);
    }

    private boolean isOpen() {
        return header.is(RelpFrames.OPEN);
    }

    private boolean isClose() {
        return header.is(RelpFrames.CLOSE);
    }

    /** A message that is all there is a slice of the chunk. */
    private int message(FrameCollector out, ByteBuffer bytes, int start) {
        int length = header.length();
        if (length > max || length >= bytes.limit() - start || bytes.get(start + length) != LF) {
            return begin(start);
        }
        out.slice(start, start + length);
        header.reset();
        return start + length + 1;
    }

    private int begin(int at) {
        missing = header.length();
        within = missing == 0 ? Within.TRAILER : Within.DATA;
        return at;
    }

    private int data(FrameCollector out, ByteString chunk, int at) {
        int end = at + Math.min(missing, chunk.size() - at);
        ByteString piece = chunk.slice(at, end);
        if (isSyslog()) {
            message.append(out, piece, 0);
        } else if (isOpen()) {
            offers = offers.concat(piece).compact();
        }
        missing -= piece.size();
        if (missing == 0) {
            within = Within.TRAILER;
        }
        return end;
    }

    private int trailer(FrameCollector out, ByteBuffer bytes, int at) {
        if (bytes.get(at) != LF) {
            out.malformed("%s that does not end where its length says (expected: LF)".formatted(header.command()));
        } else if (isSyslog()) {
            message.end(out);
        } else if (isOpen()) {
            open(out);
        } else if (isClose()) {
            close(out);
        }
        header.reset();
        within = Within.HEADER;
        return at + 1;
    }

    private void open(FrameCollector out) {
        RelpOffers offered = RelpOffers.parse(offers);
        Optional<String> refusal = offered.refusal();
        if (refusal.isPresent()) {
            out.reply(RelpFrames.bytes(RelpFrames.refusal(header.txnr(), refusal.get())));
            out.malformed(refusal.get());
        } else {
            out.reply(RelpFrames.bytes(RelpFrames.frame(header.txnr(), "rsp", "200 OK\n" + offered.answer())));
            opened = true;
        }
        offers = ByteString.emptyByteString();
        out.skip();
    }

    /** An empty response, as librelp's server gives: there are clients that wait for just that. */
    private void close(FrameCollector out) {
        out.farewell(RelpFrames.bytes(RelpFrames.frame(header.txnr(), "rsp", "") + RelpFrames.GOODBYE));
        out.skip();
    }

    /** A command that the end of the stream cuts off is none. */
    @Override
    public Decoded end() {
        return Decoded.NOTHING;
    }

    @Override
    public int pendingBytes() {
        return header.taken() + offers.size() + message.pendingBytes();
    }
}

package io.penstock.protocol;

import java.util.List;
import org.apache.pekko.util.ByteString;

/**
 * RELP, rsyslog's acknowledged protocol (librelp, doc/relp.md), the server's side. A frame is the message of a
 * {@code syslog} command, with its header.
 *
 * <pre>
 *   client                                   server
 *   1 open N offers LF                  →
 *                                       ←    1 rsp N 200 OK LF offers LF
 *   2 syslog N message LF               →
 *   3 syslog N message LF               →
 *                                       ←    2 rsp 6 200 OK LF            when it is as far as promised
 *                                       ←    3 rsp N 500 reason LF        when it is not, and will not be
 *   4 close 0 LF                        →
 *                                       ←    4 rsp 0 LF
 *                                       ←    0 serverclose 0 LF           also when the server ends it
 * </pre>
 *
 * {@link RelpHeader} has the layout of a frame.
 */
final class RelpProtocol implements Protocol {
    private static final ByteString GOODBYE = RelpFrames.bytes(RelpFrames.GOODBYE);

    @Override
    public String name() {
        return "relp";
    }

    @Override
    public boolean delimited() {
        return true;
    }

    @Override
    public FrameDecoder newDecoder(FrameLimits limits) {
        return new RelpDecoder(limits);
    }

    @Override
    public FrameEncoder encoder() {
        return RelpProtocol::encode;
    }

    private static ByteString encode(List<ByteString> payloads) {
        if (payloads.isEmpty()) {
            return ByteString.emptyByteString();
        }
        throw new IllegalArgumentException(
                "relp has no message from a server to its client but the responses: a reply of "
                        + payloads.get(0).size() + " bytes (expected: a processor that does not reply)");
    }

    @Override
    public Acknowledgement acknowledgement() {
        return Acknowledgement.ALWAYS;
    }

    @Override
    public ByteString goodbye() {
        return GOODBYE;
    }
}

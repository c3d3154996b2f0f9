package io.penstock.protocol;

import org.apache.pekko.util.ByteString;

/**
 * Syslog over a stream. A connection's first byte tells how its messages are framed: a digit is octet counting (RFC
 * 5425 section 4.3, RFC 6587 section 3.4.1), {@code <} is a message that a line feed ends (RFC 6587 section 3.4.2).
 *
 * <pre>
 *   +-----------+----+---------------+      +---------------+----+
 *   |  MSG-LEN  | SP |  SYSLOG-MSG   |      |  SYSLOG-MSG   | LF |
 *   +-----------+----+---------------+      +---------------+----+
 * </pre>
 *
 * What is sent is octet counted. A frame is the message with its header; {@link SyslogMessage} reads that.
 */
final class SyslogProtocol implements Protocol {
    private static final byte LF = '\n';

    @Override
    public String name() {
        return "syslog";
    }

    @Override
    public boolean delimited() {
        return true;
    }

    @Override
    public FrameDecoder newDecoder(FrameLimits limits) {
        return new Decoder(limits);
    }

    @Override
    public FrameEncoder encoder() {
        return Protocols.OCTET_COUNTED.encoder();
    }

    private static final class Decoder implements FrameDecoder {
        private final FrameLimits limits;
        private FrameDecoder chosen = Undecided.DECODER;

        Decoder(FrameLimits limits) {
            this.limits = limits;
        }

        @Override
        public Decoded decode(ByteString chunk) {
            if (chosen == Undecided.DECODER && !chunk.isEmpty()) {
                chosen = chunk.apply(0) == '<'
                        ? new DelimitedDecoder(limits, DecimalPrefix.OCTET_COUNT.unit(), LF, true, Receipts.NONE)
                        : Protocols.OCTET_COUNTED.newDecoder(limits);
            }
            return chosen.decode(chunk);
        }

        @Override
        public Decoded end() {
            return chosen.end();
        }

        @Override
        public int pendingBytes() {
            return chosen.pendingBytes();
        }
    }

    /** Before the first byte. */
    private enum Undecided implements FrameDecoder {
        DECODER;

        @Override
        public Decoded decode(ByteString chunk) {
            return Decoded.NOTHING;
        }

        @Override
        public Decoded end() {
            return Decoded.NOTHING;
        }

        @Override
        public int pendingBytes() {
            return 0;
        }
    }
}

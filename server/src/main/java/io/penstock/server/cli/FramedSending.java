package io.penstock.server.cli;

import io.penstock.protocol.BadFrameAction;
import io.penstock.protocol.FrameDecoder;
import io.penstock.protocol.FrameDecoder.Decoded;
import io.penstock.protocol.FrameLimits;
import io.penstock.protocol.Protocol;
import io.penstock.protocol.Protocols;
import java.io.IOException;
import java.util.List;
import java.util.stream.StreamSupport;
import org.apache.pekko.util.ByteString;

/** Each line of the input is a frame of the protocol, each frame of the answer a line of the output. */
final class FramedSending implements SendFraming {
    private final Protocol protocol;
    private final InputLines lines = new InputLines();
    private final FrameDecoder answers;

    FramedSending(Protocol protocol) {
        this.protocol = protocol;
        this.answers = protocol.newDecoder(InputLines.LIMITS);
    }

    @Override
    public void send(byte[] bytes, int offset, int length, SendInput.Sink to) throws IOException {
        List<ByteString> payloads = lines.of(bytes, offset, length);
        if (!payloads.isEmpty()) {
            byte[] frames = encoded(payloads);
            to.write(frames, 0, frames.length);
        }
    }

    private byte[] encoded(List<ByteString> payloads) throws IOException {
        try {
            return protocol.encoder().encode(payloads).toArrayUnsafe();
        } catch (IllegalArgumentException e) {
            throw new IOException(
                    "a line of the input cannot be sent by " + protocol.name() + ": " + e.getMessage(), e);
        }
    }

    @Override
    public void received(byte[] bytes, int length, SendOutput out) throws IOException {
        Decoded decoded = answers.decode(ByteString.fromArray(bytes, 0, length));
        for (ByteString frame : decoded.frames()) {
            byte[] line = frame.concat(InputLines.LF).toArrayUnsafe();
            out.write(line, line.length);
        }
        if (!decoded.bad().isEmpty()) {
            throw new IOException("the server's answer is not of " + protocol.name() + ": "
                    + decoded.bad().get(0).detail());
        }
    }

    /** The lines of an input that comes in pieces. */
    static final class InputLines {
        /** In bytes: what RELP can send, too. */
        static final FrameLimits LIMITS = new FrameLimits(999_999_999, BadFrameAction.CLOSE);

        static final ByteString LF = ByteString.fromString("\n");

        private final FrameDecoder decoder = Protocols.LINES.newDecoder(LIMITS);

        List<ByteString> of(byte[] bytes, int offset, int length) throws IOException {
            Decoded decoded = decoder.decode(ByteString.fromArray(bytes, offset, length));
            if (!decoded.bad().isEmpty()) {
                throw new IOException("the input has a " + decoded.bad().get(0).detail());
            }
            return StreamSupport.stream(decoded.frames().spliterator(), false).toList();
        }
    }
}

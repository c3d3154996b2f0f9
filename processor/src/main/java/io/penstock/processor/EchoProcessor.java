package io.penstock.processor;

import io.penstock.protocol.Frames;
import java.io.ByteArrayOutputStream;
import java.time.Clock;
import java.time.Instant;
import org.apache.pekko.util.ByteString;

/** Sends every frame back, in an envelope if there is to be one. */
final class EchoProcessor implements Processor {
    private final Envelope envelope;
    private final Clock clock;

    EchoProcessor(Envelope envelope, Clock clock) {
        this.envelope = envelope;
        this.clock = clock;
    }

    @Override
    public void process(Session session, ByteString frame) {
        processAll(session, Frames.single(frame));
    }

    @Override
    public void processAll(Session session, Frames frames) {
        if (envelope == Envelope.NONE) {
            session.sendAll(frames);
            return;
        }
        Instant now = clock.instant();
        for (ByteString frame : frames) {
            ByteArrayOutputStream reply = new ByteArrayOutputStream();
            envelope.wrap(session.connection(), now, frame, reply);
            session.send(ByteString.fromArrayUnsafe(reply.toByteArray()));
        }
    }
}

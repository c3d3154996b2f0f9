package io.penstock.processor;

import io.penstock.protocol.Frames;
import org.apache.pekko.util.ByteString;

/** Sends every frame back. */
final class EchoProcessor implements Processor {
    @Override
    public void process(Session session, ByteString frame) {
        session.send(frame);
    }

    @Override
    public void processAll(Session session, Frames frames) {
        session.sendAll(frames);
    }
}

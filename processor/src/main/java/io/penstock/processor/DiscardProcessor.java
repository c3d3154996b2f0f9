package io.penstock.processor;

import io.penstock.protocol.Frames;
import org.apache.pekko.util.ByteString;

/** Does nothing with any frame. */
final class DiscardProcessor implements Processor {
    @Override
    public void process(Session session, ByteString frame) {}

    @Override
    public void processAll(Session session, Frames frames) {}
}

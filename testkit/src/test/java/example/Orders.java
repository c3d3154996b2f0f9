package example;

import io.penstock.processor.Processor;
import io.penstock.processor.Session;
import org.apache.pekko.util.ByteString;

/** Numbers orders, and refuses empty ones. */
public final class Orders implements Processor {
    private int number;

    @Override
    public void process(Session session, ByteString frame) {
        if (frame.isEmpty()) {
            throw new IllegalArgumentException("an order without words");
        }
        session.send(ByteString.fromString("order " + ++number + ": " + frame.utf8String()));
    }
}

package io.penstock.server;

import io.penstock.protocol.ConnectionEvent;
import io.penstock.protocol.ConnectionEvent.Subscriber;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps what a user's subscriber throws from the actors that tell it: a fault of bookkeeping must not end a port. */
final class GuardedSubscriber implements Subscriber {
    private static final Logger LOG = LoggerFactory.getLogger(TlsServer.class);

    private final Subscriber subscriber;
    private final LogLimit limit = new LogLimit(1, System::nanoTime);

    GuardedSubscriber(Subscriber subscriber) {
        this.subscriber = subscriber;
    }

    @Override
    public void on(ConnectionEvent event) {
        try {
            subscriber.on(event);
        } catch (Exception | LinkageError | AssertionError | StackOverflowError e) {
            limit.write(before -> LOG.error(
                    "a subscriber threw at {}, which it has therefore missed{}",
                    event.getClass().getSimpleName(),
                    before,
                    e));
        }
    }
}

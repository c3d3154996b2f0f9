package io.penstock.server;

import io.penstock.protocol.CertificateEvent;
import io.penstock.protocol.ConnectionEvent;
import io.penstock.protocol.ConnectionEvent.Subscriber;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps what a user's subscriber throws from the actors that tell it: a fault of bookkeeping must not end a port. */
final class GuardedSubscriber implements Subscriber {
    private static final Logger LOG = LoggerFactory.getLogger(TlsServer.class);

    private final Subscriber subscriber;
    private static final Duration WINDOW = Duration.ofSeconds(1);

    private final LogLimit limit = new LogLimit(
            1, WINDOW, CompletableFuture.delayedExecutor(WINDOW.toSeconds(), TimeUnit.SECONDS), LOG::error);

    GuardedSubscriber(Subscriber subscriber) {
        this.subscriber = subscriber;
    }

    @Override
    public void on(ConnectionEvent event) {
        guard(event, () -> subscriber.on(event));
    }

    @Override
    public void onCertificates(CertificateEvent event) {
        guard(event, () -> subscriber.onCertificates(event));
    }

    private void guard(Object event, Runnable telling) {
        try {
            telling.run();
        } catch (Exception | LinkageError | AssertionError | StackOverflowError e) {
            String kind = event.getClass().getSimpleName();
            limit.write(
                    kind,
                    e.getClass().getName(),
                    () -> LOG.error("a subscriber threw at {}, which it has therefore missed", kind, e));
        }
    }
}

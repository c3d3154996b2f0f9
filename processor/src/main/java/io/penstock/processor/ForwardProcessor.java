package io.penstock.processor;

import io.penstock.processor.ForwardSettings.Target;
import io.penstock.protocol.AckStep;
import io.penstock.protocol.Frames;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.util.ByteString;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Passes frames on to another host. All batches since the last commit share one round trip: they are written as they come,
 * and {@link #commit} waits for the answers, where the protocol has them. A target that cannot be reached, goes away or
 * refuses something is an outage: what it has not answered is sent again to the next target, in order.
 *
 * <p>A connection is made when there is something to send, so that a server starts also while its targets are down.
 */
final class ForwardProcessor implements Processor {
    private static final Logger LOG = LoggerFactory.getLogger(ForwardProcessor.class);

    private final ForwardSettings settings;
    /** The target to begin with; shared by all processors of a factory, as each failure makes a new one. */
    private final AtomicInteger preferred;

    private @Nullable Upstream upstream;
    /** Whether the target has something that it may not have answered. */
    private boolean waiting;

    ForwardProcessor(ForwardSettings settings, AtomicInteger preferred) {
        this.settings = settings;
        this.preferred = preferred;
    }

    @Override
    public void process(Session session, ByteString frame) throws Exception {
        processAll(session, Frames.single(frame));
    }

    @Override
    public void processAll(Session session, Frames frames) throws Exception {
        try {
            send(frames);
        } catch (IllegalArgumentException e) {
            sendOneByOne(frames);
        } catch (IOException e) {
            throw lost(e);
        }
    }

    private void send(Frames frames) throws IOException, ProcessorUnavailableException {
        if (upstream == null || (upstream.hasFailed() && !waiting)) {
            upstream = connect();
        }
        // With something unanswered a connection that has failed says so here, and all of that comes again.
        upstream.send(frames);
        waiting = commits();
    }

    /** Some payload cannot be carried; which one is not known yet, and nothing has been sent. */
    private void sendOneByOne(Frames frames) throws Exception {
        for (int i = 0; i < frames.size(); i++) {
            try {
                send(Frames.single(frames.get(i)));
            } catch (IllegalArgumentException e) {
                throw new FrameFailedException(i, e);
            } catch (IOException e) {
                throw lost(e);
            }
        }
    }

    private Upstream connect() throws ProcessorUnavailableException {
        List<String> reasons = new ArrayList<>();
        for (int i = 0; i < settings.targets().size(); i++) {
            Target target = target();
            try {
                Upstream opened = connect(target);
                LOG.info("forwarding to {}", target);
                return opened;
            } catch (IOException e) {
                reasons.add(target + ": " + e.getMessage());
                preferred.incrementAndGet();
            }
        }
        throw new ProcessorUnavailableException(
                "no target can be forwarded to: " + String.join("; ", reasons), new IOException(reasons.get(0)));
    }

    private Target target() {
        return settings.targets()
                .get(Math.floorMod(preferred.get(), settings.targets().size()));
    }

    private Upstream connect(Target target) throws IOException {
        Outbound outbound = settings.connector().connect(target.host(), target.port());
        return Upstream.begin(outbound, settings.wire(), settings.timeout(), "penstock-forward-" + target);
    }

    private ProcessorUnavailableException lost(IOException cause) {
        Target target = target();
        preferred.incrementAndGet();
        return new ProcessorUnavailableException("cannot forward to " + target + ": " + cause.getMessage(), cause);
    }

    @Override
    public void commit() throws ProcessorUnavailableException {
        try {
            if (upstream != null) {
                upstream.settle();
                waiting = false;
            }
        } catch (IOException e) {
            throw lost(e);
        }
    }

    /** Without answers there is nothing to wait for. */
    @Override
    public boolean commits() {
        return settings.isAcknowledged();
    }

    @Override
    public AckStep reaches() {
        return settings.reaches();
    }

    @Override
    public void close() {
        if (upstream != null) {
            upstream.close();
        }
    }
}

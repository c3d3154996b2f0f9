package io.penstock.server.tls;

import java.util.concurrent.CompletableFuture;
import org.apache.pekko.stream.Attributes;
import org.apache.pekko.stream.Inlet;
import org.apache.pekko.stream.SinkShape;
import org.apache.pekko.stream.stage.AbstractInHandler;
import org.apache.pekko.stream.stage.GraphStage;
import org.apache.pekko.stream.stage.GraphStageLogic;
import org.apache.pekko.util.ByteString;

/** Wants everything at once, and says when a number of bytes has come. */
final class CountingSink extends GraphStage<SinkShape<ByteString>> {
    private final Inlet<ByteString> in = Inlet.create("CountingSink.in");
    private volatile CompletableFuture<Void> done = new CompletableFuture<>();
    private volatile long left;

    /** Before the bytes are sent. */
    void expect(long bytes) {
        left = bytes;
        done = new CompletableFuture<>();
    }

    CompletableFuture<Void> done() {
        return done;
    }

    @Override
    public SinkShape<ByteString> shape() {
        return SinkShape.of(in);
    }

    @Override
    public GraphStageLogic createLogic(Attributes attributes) {
        return new GraphStageLogic(shape()) {
            {
                setHandler(in, new AbstractInHandler() {
                    @Override
                    @SuppressWarnings("NonAtomicVolatileUpdate") // while bytes are under way the stage alone writes it
                    public void onPush() {
                        left -= grab(in).size();
                        if (left == 0) {
                            done.complete(null);
                        }
                        pull(in);
                    }
                });
            }

            @Override
            public void preStart() {
                pull(in);
            }
        };
    }
}

package io.penstock.server.tls;

import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.SSLException;
import org.apache.pekko.stream.Attributes;
import org.apache.pekko.stream.FlowShape;
import org.apache.pekko.stream.Inlet;
import org.apache.pekko.stream.Outlet;
import org.apache.pekko.stream.stage.AbstractInOutHandler;
import org.apache.pekko.stream.stage.AsyncCallback;
import org.apache.pekko.stream.stage.GraphStage;
import org.apache.pekko.stream.stage.GraphStageLogic;
import org.apache.pekko.util.ByteString;

/** Stands in for socket and client: shakes hands, then gives the server what it is told to, a read each time. */
final class ClientStage extends GraphStage<FlowShape<ByteString, ByteString>> {
    private final Inlet<ByteString> in = Inlet.create("ClientStage.in");
    private final Outlet<ByteString> out = Outlet.create("ClientStage.out");
    private final RecordClient client;
    private final CompletableFuture<AsyncCallback<List<ByteString>>> shaken = new CompletableFuture<>();

    ClientStage(RecordClient client) {
        this.client = client;
    }

    /** The handshake is done. */
    CompletableFuture<?> shaken() {
        return shaken;
    }

    /** Gives the server these, after the handshake. */
    void send(List<ByteString> reads) {
        shaken.join().invoke(reads);
    }

    @Override
    public FlowShape<ByteString, ByteString> shape() {
        return FlowShape.of(in, out);
    }

    @Override
    public GraphStageLogic createLogic(Attributes attributes) {
        return new Logic();
    }

    private final class Logic extends GraphStageLogic {
        private final Queue<ByteString> toServer = new ArrayDeque<>();
        private final AsyncCallback<List<ByteString>> more = createAsyncCallback(this::add);

        Logic() {
            super(shape());
            setHandlers(in, out, new AbstractInOutHandler() {
                @Override
                public void onPush() throws SSLException {
                    say(client.take(grab(in)));
                    pull(in);
                    if (client.isOpen()) {
                        shaken.complete(more);
                    }
                }

                @Override
                public void onPull() {
                    give();
                }
            });
        }

        @Override
        public void preStart() throws SSLException {
            say(client.records(new byte[0]));
            pull(in);
        }

        private void say(byte[] bytes) {
            if (bytes.length > 0) {
                add(List.of(ByteString.fromArray(bytes)));
            }
        }

        private void add(List<ByteString> reads) {
            toServer.addAll(reads);
            give();
        }

        private void give() {
            if (isAvailable(out) && !toServer.isEmpty()) {
                push(out, toServer.remove());
            }
        }
    }
}

package io.penstock.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import org.apache.pekko.stream.Attributes;
import org.apache.pekko.stream.FlowShape;
import org.apache.pekko.stream.Inlet;
import org.apache.pekko.stream.Outlet;
import org.apache.pekko.stream.StreamTcpException;
import org.apache.pekko.stream.stage.AbstractInHandler;
import org.apache.pekko.stream.stage.AbstractOutHandler;
import org.apache.pekko.stream.stage.AsyncCallback;
import org.apache.pekko.stream.stage.GraphStage;
import org.apache.pekko.stream.stage.GraphStageLogic;
import org.apache.pekko.util.ByteString;
import org.jspecify.annotations.Nullable;

/**
 * A socket as a stage, in the place of Pekko's TCP: reads when the socket is ready and the stream has asked, writes what it is
 * given at once, and has no actor between itself and the selector.
 *
 * <pre>
 *   in  ──▶ write; what the system does not take waits until it is ready, and then the next is pulled
 *   out ◀── one read for each time that the socket is ready
 * </pre>
 *
 * Interest in reading is kept while the stream asks faster than the peer sends: so a read costs one system call, as a
 * write does. It is taken away only when the socket is ready and nobody has asked.
 */
final class NioStage extends GraphStage<FlowShape<ByteString, ByteString>> {
    /** As much as Pekko's TCP reads into one of its buffers, and half of what {@link SocketStage} gives at once. */
    private static final int READ = 64 * 1024;

    /** Between the system and Java's arrays, for both directions: nothing stays in it. */
    private static final ThreadLocal<ByteBuffer> BUFFER =
            ThreadLocal.withInitial(() -> ByteBuffer.allocateDirect(2 * READ));

    private final Inlet<ByteString> in = Inlet.create("NioStage.in");
    private final Outlet<ByteString> out = Outlet.create("NioStage.out");
    private final FlowShape<ByteString, ByteString> shape = FlowShape.of(in, out);
    private final SocketChannel channel;
    private final NioLoop loop;

    /** @param loop the one that the stream runs on */
    NioStage(SocketChannel channel, NioLoop loop) {
        this.channel = channel;
        this.loop = loop;
    }

    @Override
    public FlowShape<ByteString, ByteString> shape() {
        return shape;
    }

    @Override
    public GraphStageLogic createLogic(Attributes attributes) {
        return new Logic();
    }

    private final class Logic extends GraphStageLogic {
        private ByteString unwritten = ByteString.emptyByteString();
        private @Nullable SelectionKey key;
        /** As the key has it, which takes a lock to change. */
        private int interest;

        Logic() {
            super(shape);
            setHandler(in, new AbstractInHandler() {
                @Override
                public void onPush() {
                    unwritten = grab(in);
                    onReady(SelectionKey.OP_WRITE);
                }

                /** Comes when everything is written: {@link SocketStage} sees to that. */
                @Override
                public void onUpstreamFinish() {
                    try {
                        channel.shutdownOutput();
                    } catch (IOException e) {
                        fail(e);
                    }
                }

                @Override
                public void onUpstreamFailure(Throwable failure) throws IOException {
                    channel.setOption(StandardSocketOptions.SO_LINGER, 0);
                    failStage(failure);
                }
            });
            setHandler(out, new AbstractOutHandler() {
                @Override
                public void onPull() {
                    want(interest | SelectionKey.OP_READ);
                }

                @Override
                public void onDownstreamFinish(Throwable cause) {
                    want(interest & ~SelectionKey.OP_READ);
                }
            });
        }

        @Override
        public void preStart() throws IOException {
            AsyncCallback<Integer> ready = createAsyncCallback(this::onReady);
            key = loop.register(channel, interest, ready::invoke);
            pull(in);
        }

        private void onReady(int operations) {
            try {
                if ((operations & SelectionKey.OP_WRITE) != 0) {
                    write();
                }
                if ((operations & SelectionKey.OP_READ) != 0) {
                    read();
                }
            } catch (IOException e) {
                fail(e);
            }
        }

        /** As Pekko's stage does, by which it is told from a fault of ours. */
        private void fail(IOException e) {
            failStage(new StreamTcpException("The connection closed with error: " + e.getMessage()));
        }

        private void read() throws IOException {
            if (!isAvailable(out)) {
                want(interest & ~SelectionKey.OP_READ);
                return;
            }
            ByteBuffer buffer = BUFFER.get().clear().limit(READ);
            int count = channel.read(buffer);
            if (count > 0) {
                push(out, ByteString.fromByteBuffer(buffer.flip()));
            } else if (count < 0) {
                want(interest & ~SelectionKey.OP_READ);
                complete(out);
            }
        }

        private void write() throws IOException {
            while (!unwritten.isEmpty()) {
                ByteBuffer buffer = BUFFER.get().clear();
                unwritten.copyToBuffer(buffer);
                unwritten = unwritten.drop(channel.write(buffer.flip()));
                if (buffer.hasRemaining()) {
                    want(interest | SelectionKey.OP_WRITE);
                    return;
                }
            }
            want(interest & ~SelectionKey.OP_WRITE);
            if (!isClosed(in) && !hasBeenPulled(in)) {
                pull(in);
            }
        }

        private void want(int operations) {
            if (operations != interest && key != null && key.isValid()) {
                interest = operations;
                key.interestOps(operations);
            }
        }

        @Override
        public void postStop() {
            try {
                channel.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}

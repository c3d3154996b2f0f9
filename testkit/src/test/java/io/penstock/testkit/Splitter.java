package io.penstock.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Random;

/** A TCP relay for one connection that cuts the stream anew, both ways, at places that a seed chooses. */
final class Splitter implements AutoCloseable {
    private final ServerSocket listening;
    private final InetSocketAddress target;
    private final long seed;

    Splitter(InetSocketAddress target, long seed) throws IOException {
        this.target = target;
        this.seed = seed;
        listening = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        Thread thread = new Thread(this::relay, "splitter");
        thread.setDaemon(true);
        thread.start();
    }

    InetSocketAddress address() {
        return (InetSocketAddress) listening.getLocalSocketAddress();
    }

    private void relay() {
        try (Socket client = listening.accept();
                Socket server = new Socket(target.getAddress(), target.getPort())) {
            client.setTcpNoDelay(true);
            server.setTcpNoDelay(true);
            Thread back = new Thread(() -> copy(server, client, new Random(~seed)), "splitter-back");
            back.setDaemon(true);
            back.start();
            copy(client, server, new Random(seed));
            back.join();
        } catch (IOException e) {
            // One side has gone: the test sees it at the other.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Mostly small pieces, some whole ones; a piece is whatever part of a record, or parts of several. */
    private static void copy(Socket from, Socket to, Random random) {
        byte[] buffer = new byte[64 * 1024];
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
                for (int at = 0; at < length; ) {
                    int most = random.nextInt(4) == 0 ? 1 + random.nextInt(7) : 1 + random.nextInt(9000);
                    int piece = Math.min(length - at, most);
                    out.write(buffer, at, piece);
                    at += piece;
                }
            }
            to.shutdownOutput();
        } catch (IOException e) {
            try {
                to.close();
            } catch (IOException closing) {
                throw new UncheckedIOException(closing);
            }
        }
    }

    @Override
    public void close() throws IOException {
        listening.close();
    }
}

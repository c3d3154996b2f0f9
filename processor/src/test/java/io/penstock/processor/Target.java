package io.penstock.processor;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** A server that processors forward to: hands the accepted sockets to the test. */
final class Target implements Closeable {
    private final ServerSocket server;
    private final BlockingQueue<Socket> accepted = new LinkedBlockingQueue<>();

    private Target(ServerSocket server) {
        this.server = server;
    }

    static Target listen() throws IOException {
        Target target = new Target(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()));
        Thread acceptor = new Thread(target::accept, "target");
        acceptor.setDaemon(true);
        acceptor.start();
        return target;
    }

    /** A port that nobody listens on. */
    static int closedPort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private void accept() {
        try {
            while (true) {
                accepted.add(server.accept());
            }
        } catch (IOException e) {
            // Closed.
        }
    }

    int port() {
        return server.getLocalPort();
    }

    /** The next connection, waiting for it. */
    Socket connection() throws InterruptedException {
        return accepted.take();
    }

    /** Whether there is no further connection yet. */
    boolean isWaitedFor() {
        return accepted.isEmpty();
    }

    static String read(Socket socket, int bytes) throws IOException {
        return new String(socket.getInputStream().readNBytes(bytes), StandardCharsets.UTF_8);
    }

    static void write(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Plain connections. */
    static Outbound connect(String host, int port) throws IOException {
        Socket socket = new Socket(InetAddress.getByName(host), port);
        return new Outbound() {
            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                socket.getOutputStream().write(bytes, offset, length);
            }

            @Override
            public int read(byte[] buffer) throws IOException {
                return socket.getInputStream().read(buffer);
            }

            @Override
            public void end() throws IOException {
                socket.shutdownOutput();
            }

            @Override
            public void close() throws IOException {
                socket.close();
            }
        };
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (Socket socket : accepted) {
            socket.close();
        }
    }
}

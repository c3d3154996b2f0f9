package io.penstock.processor;

import io.penstock.protocol.BadFrameAction;
import io.penstock.protocol.FrameDecoder;
import io.penstock.protocol.FrameDecoder.Decoded;
import io.penstock.protocol.FrameLimits;
import io.penstock.protocol.Protocols;
import java.io.IOException;
import java.net.Socket;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.apache.pekko.util.ByteString;

/** The server's side of RELP on one connection after the other, which does as the test says with the frames. */
final class RelpTarget implements AutoCloseable {
    /** What becomes of frames. */
    enum Does {
        ACCEPT,
        REFUSE,
        /** Ends the connection instead of answering. */
        VANISH
    }

    /** {@code <opened>}, each frame, and {@code <closed>} when a client has ended its session. */
    final BlockingQueue<String> seen = new LinkedBlockingQueue<>();

    private final Target target;
    private final Does does;

    private RelpTarget(Target target, Does does) {
        this.target = target;
        this.does = does;
    }

    static RelpTarget that(Does does) throws IOException {
        RelpTarget relp = new RelpTarget(Target.listen(), does);
        Thread server = new Thread(relp::serve, "relp-target");
        server.setDaemon(true);
        server.start();
        return relp;
    }

    int port() {
        return target.port();
    }

    private void serve() {
        try {
            while (true) {
                try (Socket socket = target.connection()) {
                    converse(socket);
                } catch (IOException e) {
                    // The client has gone.
                }
            }
        } catch (InterruptedException e) {
            // Never happens.
        }
    }

    private void converse(Socket socket) throws IOException {
        FrameDecoder decoder = Protocols.RELP.newDecoder(new FrameLimits(1 << 16, BadFrameAction.CLOSE));
        byte[] chunk = new byte[1 << 16];
        for (int count = socket.getInputStream().read(chunk);
                count >= 0;
                count = socket.getInputStream().read(chunk)) {
            Decoded decoded = decoder.decode(ByteString.fromArray(chunk, 0, count));
            if (decoded.reply().nonEmpty()) {
                seen.add("<opened>");
                write(socket, decoded.reply());
            }
            decoded.frames().forEach(frame -> seen.add(frame.utf8String()));
            if (!decoded.frames().isEmpty() && !answered(socket, decoded)) {
                return;
            }
            if (decoded.farewell() != null) {
                seen.add("<closed>");
                write(socket, decoded.farewell());
                return;
            }
        }
    }

    private boolean answered(Socket socket, Decoded decoded) throws IOException {
        if (does == Does.ACCEPT) {
            write(socket, decoded.receipt().accepted(0, decoded.frames().size()));
        } else if (does == Does.REFUSE) {
            write(socket, decoded.receipt().refused(0, "not today"));
        }
        return does != Does.VANISH;
    }

    private static void write(Socket socket, ByteString bytes) throws IOException {
        socket.getOutputStream().write(bytes.toArrayUnsafe());
    }

    @Override
    public void close() throws IOException {
        target.close();
    }
}

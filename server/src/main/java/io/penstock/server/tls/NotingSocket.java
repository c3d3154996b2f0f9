package io.penstock.server.tls;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;

/**
 * A socket that remembers whether the peer's FIN has been read. JSSE's sockets take a FIN for an end in order, which an
 * attacker can forge (RFC 8446 section 6.1); after close_notify they read no more, so that who has come to the FIN has
 * been cut off.
 */
final class NotingSocket extends Socket {
    private volatile boolean ended;

    boolean hasEnded() {
        return ended;
    }

    @Override
    public InputStream getInputStream() throws IOException {
        return new FilterInputStream(super.getInputStream()) {
            @Override
            public int read() throws IOException {
                return note(super.read());
            }

            @Override
            public int read(byte[] bytes, int offset, int length) throws IOException {
                return note(super.read(bytes, offset, length));
            }
        };
    }

    private int note(int result) {
        if (result < 0) {
            ended = true;
        }
        return result;
    }
}

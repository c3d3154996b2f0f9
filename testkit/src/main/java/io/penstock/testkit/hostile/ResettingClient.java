package io.penstock.testkit.hostile;

import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.util.Optional;
import javax.net.ssl.SSLSocket;

/** Resets the connection (RST), in the middle of a frame if what it sends before is a part of one. */
public final class ResettingClient extends HostileTlsClient {
    private final byte[] before;

    public ResettingClient(Target target, byte[] before) {
        super(target);
        this.before = before.clone();
    }

    /** The handshake ends with a word of the server's, so that the reset does not overtake it there. */
    @Override
    Optional<String> version() {
        return Optional.of("TLSv1.2");
    }

    @Override
    void act(SSLSocket secure, OutputStream out) throws IOException {
        out.write(before);
        Socket transport = transport();
        transport.setSoLinger(true, 0);
        transport.close();
    }
}

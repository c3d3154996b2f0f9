package io.penstock.testkit.hostile;

import java.io.IOException;
import java.net.Socket;

/** Sends its ClientHello, waits for the server's costly answer to begin, and leaves it at that. */
public final class HalfHandshakeClient extends HostileClient {
    private static final int RECORD_HEADER = 5;

    public HalfHandshakeClient(Target target) {
        super(target);
    }

    @Override
    protected void act(Socket socket) throws IOException {
        socket.getOutputStream().write(ClientHello.record(target.context()));
        socket.getInputStream().readNBytes(RECORD_HEADER);
    }
}

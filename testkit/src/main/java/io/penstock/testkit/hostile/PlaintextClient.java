package io.penstock.testkit.hostile;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.net.Socket;

/** Speaks HTTP without TLS. */
public final class PlaintextClient extends HostileClient {
    private static final byte[] REQUEST = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(US_ASCII);

    public PlaintextClient(Target target) {
        super(target);
    }

    @Override
    protected void act(Socket socket) throws IOException {
        socket.getOutputStream().write(REQUEST);
    }
}

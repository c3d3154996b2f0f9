package io.penstock.server.tls;

import java.nio.ByteBuffer;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;

/** Lets two engines talk in memory until both are through, or one throws. */
final class Handshake {
    private static final int BUFFER = 1 << 17;

    private Handshake() {}

    static void run(SSLEngine client, SSLEngine server) throws SSLException {
        ByteBuffer toServer = ByteBuffer.allocate(BUFFER);
        ByteBuffer toClient = ByteBuffer.allocate(BUFFER);
        client.beginHandshake();
        server.beginHandshake();
        boolean moved = true;
        while (moved) {
            moved = step(client, toClient, toServer);
            moved |= step(server, toServer, toClient);
        }
        if (!isThrough(client) || !isThrough(server)) {
            throw new SSLException("neither engine can go on");
        }
    }

    private static boolean isThrough(SSLEngine engine) {
        return engine.getHandshakeStatus() == HandshakeStatus.NOT_HANDSHAKING;
    }

    /** Does what an engine asks for; whether that was anything. */
    private static boolean step(SSLEngine engine, ByteBuffer in, ByteBuffer out) throws SSLException {
        return switch (engine.getHandshakeStatus()) {
            case NEED_TASK -> {
                engine.getDelegatedTask().run();
                yield true;
            }
            case NEED_WRAP -> engine.wrap(ByteBuffer.allocate(0), out).bytesProduced() > 0;
            default -> {
                in.flip();
                int before = in.remaining();
                engine.unwrap(in, ByteBuffer.allocate(BUFFER));
                boolean moved = in.remaining() < before;
                in.compact();
                yield moved;
            }
        };
    }
}

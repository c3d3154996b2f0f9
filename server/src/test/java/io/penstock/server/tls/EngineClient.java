package io.penstock.server.tls;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;

/** A TLS client in memory: bytes of the server in, bytes for the server out. */
final class EngineClient {
    private static final int LARGE = 1 << 17;

    final SSLEngine engine;
    final ByteArrayOutputStream received = new ByteArrayOutputStream();
    private final ByteBuffer fromServer = ByteBuffer.allocate(4 * LARGE);

    EngineClient(SSLContext context, String version) throws SSLException {
        engine = context.createSSLEngine("localhost", 443);
        engine.setUseClientMode(true);
        engine.setEnabledProtocols(new String[] {version});
        engine.beginHandshake();
    }

    /** Begins the handshake of a client's engine. */
    EngineClient(SSLEngine engine) throws SSLException {
        this.engine = engine;
        engine.beginHandshake();
    }

    boolean handshaking() {
        return engine.getHandshakeStatus() != HandshakeStatus.NOT_HANDSHAKING;
    }

    /** Takes what the server has sent and answers with what TLS itself has to say. */
    byte[] take(byte[] bytes) throws SSLException {
        fromServer.put(bytes).flip();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteBuffer plain = ByteBuffer.allocate(LARGE);
        boolean more = true;
        while (more) {
            runTasks();
            if (engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP) {
                out.writeBytes(wrap(new byte[0]));
                continue;
            }
            int before = fromServer.remaining();
            SSLEngineResult result = engine.unwrap(fromServer, plain);
            received.write(plain.array(), 0, plain.position());
            plain.clear();
            HandshakeStatus status = engine.getHandshakeStatus();
            more = result.getStatus() == SSLEngineResult.Status.OK
                    && (fromServer.remaining() < before
                            || status == HandshakeStatus.NEED_TASK
                            || status == HandshakeStatus.NEED_WRAP);
        }
        fromServer.compact();
        return out.toByteArray();
    }

    private void runTasks() {
        for (Runnable task = engine.getDelegatedTask(); task != null; task = engine.getDelegatedTask()) {
            task.run();
        }
    }

    /** Records of data; with none, whatever the engine has to say by itself. */
    byte[] wrap(byte[] data) throws SSLException {
        ByteBuffer source = ByteBuffer.wrap(data);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        do {
            ByteBuffer record = ByteBuffer.allocate(LARGE);
            engine.wrap(source, record);
            out.write(record.array(), 0, record.position());
        } while (source.hasRemaining());
        return out.toByteArray();
    }

    /** close_notify. */
    byte[] close() throws SSLException {
        engine.closeOutbound();
        return wrap(new byte[0]);
    }
}

package io.penstock.testkit.hostile;

import java.nio.ByteBuffer;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;

/** The first record of a handshake, as the JDK would send it. */
final class ClientHello {
    private ClientHello() {}

    static byte[] record(SSLContext context) throws SSLException {
        SSLEngine engine = context.createSSLEngine("localhost", 0);
        engine.setUseClientMode(true);
        ByteBuffer record = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
        engine.wrap(ByteBuffer.allocate(0), record);
        byte[] bytes = new byte[record.position()];
        record.flip().get(bytes);
        return bytes;
    }
}

package io.penstock.server.tls;

import io.penstock.server.pki.CertificateAuthority;
import io.penstock.server.pki.ClientVerifier;
import io.penstock.server.pki.Identities;
import io.penstock.server.pki.Trust;
import io.penstock.server.tls.TlsSettings.EngineChoice;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManagerFactory;
import org.apache.pekko.util.ByteString;

/** A TLS client in memory, of the JDK, and the server's context that it trusts. For one thread at a time. */
final class RecordClient {
    private static final int ROOM = 1 << 17;
    private static final int READ = 1 << 16;
    private static final CertificateAuthority CA = CertificateAuthority.create("Benchmark CA");

    private final SSLEngine engine;
    private final ByteBuffer fromServer = ByteBuffer.allocate(ROOM);
    private final ByteBuffer record = ByteBuffer.allocate(ROOM);

    private RecordClient(SSLEngine engine) {
        this.engine = engine;
    }

    /** What servers of an engine go by. */
    static TlsContext server(String engine) {
        ClientVerifier nobody = new ClientVerifier(Trust.NONE, Clock.systemUTC());
        Identities identities = Identities.of(CA.server("localhost"));
        return TlsContext.of(identities, false, nobody, Policy.INTERMEDIATE, EngineChoice.valueOf(engine), null);
    }

    static RecordClient create() throws GeneralSecurityException, IOException {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("ca", CA.certificate());
        TrustManagerFactory managers = TrustManagerFactory.getInstance("PKIX");
        managers.init(trusted);
        SSLContext context = SSLContext.getInstance("TLSv1.3");
        context.init(null, managers.getTrustManagers(), null);
        SSLEngine engine = context.createSSLEngine("localhost", 443);
        engine.setUseClientMode(true);
        engine.beginHandshake();
        return new RecordClient(engine);
    }

    /** Shakes hands with a server's engine, whose tasks run at once. */
    RecordClient shake(TlsEngine server) throws SSLException {
        byte[] out = records(new byte[0]);
        while (out.length > 0) {
            server.receive(ByteString.fromArray(out));
            for (Runnable task = server.task(); task != null; task = server.task()) {
                task.run();
                server.resume();
            }
            out = take(server.takeCiphertext());
        }
        return this;
    }

    /** What the client says to what the server has sent; data is dropped. */
    byte[] take(ByteString ciphertext) throws SSLException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteBuffer plain = ByteBuffer.allocate(ROOM);
        fromServer.put(ciphertext.asByteBuffer()).flip();
        while (true) {
            runTasks();
            if (engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP) {
                out.writeBytes(records(new byte[0]));
                continue;
            }
            plain.clear();
            int before = fromServer.remaining();
            Status status = engine.unwrap(fromServer, plain).getStatus();
            boolean stuck = fromServer.remaining() == before
                    && engine.getHandshakeStatus() != HandshakeStatus.NEED_TASK
                    && engine.getHandshakeStatus() != HandshakeStatus.NEED_WRAP;
            if (status != Status.OK || stuck) {
                break;
            }
        }
        fromServer.compact();
        return out.toByteArray();
    }

    /** Whether the handshake is done. */
    boolean isOpen() {
        return engine.getHandshakeStatus() == HandshakeStatus.NOT_HANDSHAKING
                && !engine.getSession().getProtocol().equals("NONE");
    }

    private void runTasks() {
        for (Runnable task = engine.getDelegatedTask(); task != null; task = engine.getDelegatedTask()) {
            task.run();
        }
    }

    /** One record of data; with none, whatever the engine has to say by itself. */
    byte[] records(byte[] data) throws SSLException {
        record.clear();
        ByteBuffer source = ByteBuffer.wrap(data);
        do {
            engine.wrap(source, record);
        } while (source.hasRemaining());
        record.flip();
        byte[] bytes = new byte[record.remaining()];
        record.get(bytes);
        return bytes;
    }

    /** Records of the same data, as they come from a socket: 64 KiB at a time. */
    List<ByteString> reads(byte[] data, int records) throws SSLException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (int i = 0; i < records; i++) {
            all.writeBytes(records(data));
        }
        ByteString stream = ByteString.fromArray(all.toByteArray());
        List<ByteString> reads = new ArrayList<>();
        for (int at = 0; at < stream.size(); at += READ) {
            reads.add(stream.slice(at, Math.min(stream.size(), at + READ)).compact());
        }
        return reads;
    }

    /** An engine that has shaken hands with this client, which must be new. */
    TlsEngine shaken(TlsContext context) throws SSLException {
        TlsEngine server = context.engine(Optional.empty());
        shake(server);
        return server;
    }
}

package io.penstock.server.cli;

import io.penstock.server.pki.Identity;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/** Takes one connection and does what it is told with it: servers that no server of ours is. */
final class ScriptedServer implements AutoCloseable {
    private static final char[] NO_PASSWORD = new char[0];

    /** What is done with a connection; what it throws does not matter, as the client tells what came of it. */
    interface Plain {
        void talk(Socket socket) throws IOException;
    }

    /** The same with TLS on the transport. */
    interface Tls {
        void talk(SSLSocket tls, Socket transport) throws IOException;
    }

    private final ServerSocket listening;
    private final Thread thread;

    private ScriptedServer(ServerSocket listening, Plain script) {
        this.listening = listening;
        this.thread = new Thread(() -> serve(script), "scripted-server");
        thread.start();
    }

    static ScriptedServer plain(Plain script) throws IOException {
        return new ScriptedServer(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()), script);
    }

    static ScriptedServer tls(Identity identity, Tls script) throws IOException {
        SSLContext context = context(identity);
        return plain(transport -> {
            SSLSocket tls =
                    (SSLSocket) context.getSocketFactory().createSocket(transport, null, transport.getPort(), true);
            tls.setUseClientMode(false);
            script.talk(tls, transport);
        });
    }

    private static SSLContext context(Identity identity) {
        try {
            KeyStore own = KeyStore.getInstance("PKCS12");
            own.load(null, NO_PASSWORD);
            own.setKeyEntry(
                    "server", identity.key(), NO_PASSWORD, identity.chain().toArray(new X509Certificate[0]));
            KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(own, NO_PASSWORD);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), null, null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new AssertionError(e);
        }
    }

    private void serve(Plain script) {
        try (Socket socket = listening.accept()) {
            script.talk(socket);
        } catch (IOException e) {
            // The client is the one that is tested.
        }
    }

    String address() {
        return "localhost:" + listening.getLocalPort();
    }

    @Override
    public void close() throws IOException {
        listening.close();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

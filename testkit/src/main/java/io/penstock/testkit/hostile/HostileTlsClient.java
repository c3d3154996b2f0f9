package io.penstock.testkit.hostile;

import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.util.Objects;
import java.util.Optional;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/** A client whose harm begins with, or after, a handshake. */
abstract class HostileTlsClient extends HostileClient {
    private @Nullable SSLSocket tls;

    HostileTlsClient(Target target) {
        super(target);
    }

    @Override
    protected final void act(Socket socket) throws IOException {
        SSLSocket secure = (SSLSocket) target.context()
                .getSocketFactory()
                .createSocket(socket, "localhost", target.server().getPort(), true);
        tls = secure;
        version().ifPresent(version -> secure.setEnabledProtocols(new String[] {version}));
        secure.startHandshake();
        act(secure, secure.getOutputStream());
    }

    /** What it does once its handshake is done. */
    abstract void act(SSLSocket secure, OutputStream out) throws IOException;

    /** The only version that it offers; empty: as the JDK has it. */
    Optional<String> version() {
        return Optional.empty();
    }

    @Override
    protected ServerEnd end(Socket socket) throws IOException {
        SSLSocket secure = Objects.requireNonNull(tls, "connected");
        secure.getInputStream().transferTo(OutputStream.nullOutputStream());
        return ServerEnd.CLOSED;
    }
}

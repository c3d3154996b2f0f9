package io.penstock.testkit.hostile;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;
import javax.net.ssl.SSLSocket;

/** Shakes hands by TLS 1.2, and again on the same connection (RFC 5746): costly for the server, and long forbidden. */
public final class RenegotiatingClient extends HostileTlsClient {
    public RenegotiatingClient(Target target) {
        super(target);
    }

    @Override
    Optional<String> version() {
        return Optional.of("TLSv1.2");
    }

    @Override
    void act(SSLSocket secure, OutputStream out) throws IOException {
        secure.startHandshake();
    }
}

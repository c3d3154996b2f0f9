package io.penstock.testkit.hostile;

import java.io.IOException;
import java.io.OutputStream;
import javax.net.ssl.SSLSocket;

/** Ends with FIN but without close_notify, as a cut line or an attacker between would (RFC 8446 section 6.1). */
public final class TruncatingClient extends HostileTlsClient {
    private final byte[] before;

    public TruncatingClient(Target target, byte[] before) {
        super(target);
        this.before = before.clone();
    }

    @Override
    void act(SSLSocket secure, OutputStream out) throws IOException {
        out.write(before);
        transport().shutdownOutput();
    }
}

package io.penstock.testkit.hostile;

import io.penstock.server.pki.Identity;
import io.penstock.testkit.TestCa;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.util.Optional;
import javax.net.ssl.SSLSocket;

/** Shows a certificate that no server should take. */
public final class BadCertificateClient extends HostileTlsClient {
    private BadCertificateClient(InetSocketAddress server, TestCa ca, Identity shown) {
        super(Target.of(server, ca.clientContext(Optional.of(shown))));
    }

    /** One of the right CA whose time was over yesterday. */
    public static BadCertificateClient expired(InetSocketAddress server, TestCa ca) {
        return new BadCertificateClient(server, ca, ca.expiredClient("late"));
    }

    /**
     * One of another CA.
     *
     * @param ca the one that the server's own certificate is from
     */
    public static BadCertificateClient foreign(InetSocketAddress server, TestCa ca) {
        return new BadCertificateClient(server, ca, new TestCa().client("stranger"));
    }

    /** By TLS 1.3 the server's refusal comes after the client's handshake. */
    @Override
    void act(SSLSocket secure, OutputStream out) {
        // That is all.
    }
}

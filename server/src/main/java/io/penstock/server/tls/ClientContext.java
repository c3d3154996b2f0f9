package io.penstock.server.tls;

import java.security.GeneralSecurityException;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;

/** What a client brings to its handshakes with one server, one after the other. */
final class ClientContext {
    private final ServerCheck check;
    private final ClientKeys keys;
    private @Nullable SSLContext sessions;

    private ClientContext(ServerCheck check, ClientKeys keys) {
        this.check = check;
        this.keys = keys;
    }

    /** One that has no session yet. */
    static ClientContext create(ClientSettings settings, TrustRoots roots) {
        return new ClientContext(new ServerCheck(roots), new ClientKeys(settings.identity()));
    }

    ServerCheck check() {
        return check;
    }

    ClientKeys keys() {
        return keys;
    }

    /** Where JSSE keeps what it may resume. Made when it is needed, as there is no JSSE in plaintext. */
    SSLContext sessions() {
        if (sessions == null) {
            sessions = context();
        }
        return sessions;
    }

    private SSLContext context() {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(new KeyManager[] {keys}, new TrustManager[] {check}, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java cannot do TLS", e);
        }
    }
}

package io.penstock.server.tls;

import io.penstock.server.pki.Identity;
import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.Optional;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/**
 * What a client shows a server that asks for a certificate: the one it has, also where the server names other CAs, as
 * the alert then says more than a missing certificate would. Remembers whether it was asked. For connections to one server.
 */
final class ClientKeys extends X509ExtendedKeyManager {
    private final Optional<FixedKeyManager> own;
    private volatile boolean asked;

    ClientKeys(Optional<Identity> identity) {
        this.own = identity.map(FixedKeyManager::new);
    }

    /** Whether the server wants to know who the client is, and has not been told. */
    boolean isMissing() {
        return asked && own.isEmpty();
    }

    @Override
    public @Nullable String chooseClientAlias(
            String[] keyTypes, Principal @Nullable [] issuers, @Nullable Socket socket) {
        asked = true;
        return own.isEmpty() ? null : own.get().chooseClientAlias(keyTypes, issuers, socket);
    }

    @Override
    public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
        return own.isEmpty() ? null : own.get().getClientAliases(keyType, issuers);
    }

    @Override
    public X509Certificate @Nullable [] getCertificateChain(String alias) {
        return own.isEmpty() ? null : own.get().getCertificateChain(alias);
    }

    @Override
    public @Nullable PrivateKey getPrivateKey(String alias) {
        return own.isEmpty() ? null : own.get().getPrivateKey(alias);
    }

    @Override
    public String @Nullable [] getServerAliases(String keyType, Principal @Nullable [] issuers) {
        return null;
    }

    @Override
    public @Nullable String chooseServerAlias(String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
        return null;
    }
}

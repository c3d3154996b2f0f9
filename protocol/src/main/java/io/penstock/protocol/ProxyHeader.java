package io.penstock.protocol;

import java.net.InetSocketAddress;
import org.apache.pekko.util.ByteString;
import org.jspecify.annotations.Nullable;

/**
 * What a proxy says about a connection that it opens, by the PROXY protocol: haproxy's {@code doc/proxy-protocol.txt}.
 * Texts stand as they came: some are the client's words, and whoever prints them escapes them.
 *
 * @param version of the header, 1 or 2
 * @param relayed false: the connection is the proxy's own, such as a health check (LOCAL), or the proxy does not say
 *     whose it is (UNKNOWN, UNSPEC); then nothing else is known
 * @param source the client's address; null where it has none that is known here, as on a UNIX socket
 * @param destination the address that the client connected to; null as before
 * @param uniqueId the proxy's name for the connection (section 2.2.5), up to 128 bytes; empty: none
 * @param authority the host name that the client asked for (section 2.2.2), such as that of its SNI; null: not said
 * @param alpn the protocol above (section 2.2.1), a character for each byte; null: not said
 * @param namespace the proxy's network namespace (section 2.2.7); null: not said
 * @param tls how the client was connected to a proxy that ends TLS; null: without TLS, or not said
 */
public record ProxyHeader(
        int version,
        boolean relayed,
        @Nullable InetSocketAddress source,
        @Nullable InetSocketAddress destination,
        ByteString uniqueId,
        @Nullable String authority,
        @Nullable String alpn,
        @Nullable String namespace,
        @Nullable Tls tls) {

    /**
     * The client's TLS with the proxy (section 2.2.6). What the proxy does not say is null.
     *
     * @param version such as {@code TLSv1.3}
     * @param cipher by the proxy's name for it
     * @param certificate whether the client has shown a certificate
     * @param verified whether the proxy has verified that
     * @param commonName that of the certificate's subject
     * @param signatureAlgorithm with which the proxy's own certificate is signed
     * @param keyAlgorithm of the key of the proxy's own certificate
     */
    public record Tls(
            @Nullable String version,
            @Nullable String cipher,
            boolean certificate,
            boolean verified,
            @Nullable String commonName,
            @Nullable String signatureAlgorithm,
            @Nullable String keyAlgorithm) {}

    /** A header that says nothing about a client. */
    static ProxyHeader notRelayed(int version) {
        return new ProxyHeader(version, false, null, null, ByteString.emptyByteString(), null, null, null, null);
    }

    /** A header that says the addresses alone. */
    static ProxyHeader of(int version, InetSocketAddress source, InetSocketAddress destination) {
        return new ProxyHeader(
                version, true, source, destination, ByteString.emptyByteString(), null, null, null, null);
    }
}

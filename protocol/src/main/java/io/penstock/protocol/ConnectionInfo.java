package io.penstock.protocol;

import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * Who a connection is. Known to the processor before the first frame.
 *
 * @param id unique within the process, counted from 1; {@code c1}, {@code c2} in logs. Negative where a frame of an
 *     earlier connection comes again from the quarantine
 * @param listener the name of the listener that accepted it; {@link #DEFAULT_LISTENER} where there is only one
 * @param peer the client's address: the one that a trusted proxy has announced, or else the socket's
 * @param local the address of this host that the socket is connected to
 * @param protocol how its bytes are cut into frames
 * @param tls what the handshake agreed on; null on a plaintext port and before the handshake has ended
 * @param proxy through which it came, by the proxy's PROXY header; null: it came by itself, or is the proxy's own
 */
public record ConnectionInfo(
        long id,
        String listener,
        InetSocketAddress peer,
        InetSocketAddress local,
        Protocol protocol,
        @Nullable TlsSession tls,
        @Nullable ProxyInfo proxy) {

    /** The name of a listener that has none of its own. */
    public static final String DEFAULT_LISTENER = "default";

    /** A connection that no proxy has announced. */
    public ConnectionInfo(
            long id,
            String listener,
            InetSocketAddress peer,
            InetSocketAddress local,
            Protocol protocol,
            @Nullable TlsSession tls) {
        this(id, listener, peer, local, protocol, tls, null);
    }

    /** The same connection after its handshake. */
    public ConnectionInfo withTls(TlsSession session) {
        return new ConnectionInfo(id, listener, peer, local, protocol, session, proxy);
    }

    /** The same connection, once its peer has turned out to be a proxy. */
    public ConnectionInfo announced(ProxyHeader header) {
        if (!header.relayed()) {
            return this;
        }
        InetSocketAddress client = header.source() == null ? peer : header.source();
        return new ConnectionInfo(id, listener, client, local, protocol, tls, new ProxyInfo(peer, header));
    }

    /**
     * The name of the connection in logs: {@code c12 192.0.2.7:51234}, {@code c12 192.0.2.7:51234 (api)}, {@code c12
     * 192.0.2.7:51234 via 10.0.0.5:40112}.
     */
    public String label() {
        return "c" + id + " " + address(peer) + via()
                + (listener.equals(DEFAULT_LISTENER) ? "" : " (" + listener + ")");
    }

    private String via() {
        return proxy == null || proxy.address().equals(peer) ? "" : " via " + address(proxy.address());
    }

    /** An address as people write it: {@code 192.0.2.7:51234}, {@code [2001:db8::1]:443}. */
    public static String address(InetSocketAddress address) {
        String host = address.getAddress() == null
                ? address.getHostString()
                : address.getAddress().getHostAddress();
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + address.getPort();
    }
}

package io.penstock.protocol;

import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * Who a connection is. Known to the processor before the first frame.
 *
 * @param id unique within the process, counted from 1; {@code c1}, {@code c2} in logs. Negative where a frame of an
 *     earlier connection comes again from the quarantine
 * @param listener the name of the listener that accepted it; {@link #DEFAULT_LISTENER} where there is only one
 * @param peer the client's address
 * @param local the address it connected to
 * @param protocol how its bytes are cut into frames
 * @param tls what the handshake agreed on; null on a plaintext port and before the handshake has ended
 */
public record ConnectionInfo(
        long id,
        String listener,
        InetSocketAddress peer,
        InetSocketAddress local,
        Protocol protocol,
        @Nullable TlsSession tls) {

    /** The name of a listener that has none of its own. */
    public static final String DEFAULT_LISTENER = "default";

    /** The same connection after its handshake. */
    public ConnectionInfo withTls(TlsSession session) {
        return new ConnectionInfo(id, listener, peer, local, protocol, session);
    }

    /** The name of the connection in logs: {@code c12 192.0.2.7:51234}, {@code c12 192.0.2.7:51234 (api)}. */
    public String label() {
        return "c" + id + " " + address(peer) + (listener.equals(DEFAULT_LISTENER) ? "" : " (" + listener + ")");
    }

    /** An address as people write it: {@code 192.0.2.7:51234}, {@code [2001:db8::1]:443}. */
    public static String address(InetSocketAddress address) {
        String host = address.getAddress() == null
                ? address.getHostString()
                : address.getAddress().getHostAddress();
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + address.getPort();
    }
}

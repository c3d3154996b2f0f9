package io.penstock.protocol;

import java.net.InetSocketAddress;

/**
 * The proxy through which a connection came.
 *
 * @param address its own address, from which the socket came
 * @param announced what it has said about the connection. It is the proxy's word: only proxies in {@code
 *     penstock.proxy-protocol.trusted} are listened to
 */
public record ProxyInfo(InetSocketAddress address, ProxyHeader announced) {}

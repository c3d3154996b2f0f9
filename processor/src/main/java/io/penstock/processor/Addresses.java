package io.penstock.processor;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.regex.Pattern;

/** Reads addresses as {@link io.penstock.protocol.ConnectionInfo#address} writes them, without asking any name server. */
final class Addresses {
    private static final Pattern IPV4 = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}");
    private static final int MAX_PORT = 0xffff;

    private Addresses() {}

    /** The address; unresolved where it is not one of IP, with port 0 where it names none. */
    static InetSocketAddress parse(String text) {
        int colon = text.lastIndexOf(':');
        int port = port(text.substring(colon + 1));
        String host = colon < 0 ? text : text.substring(0, colon);
        String bare = host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
        // Only of these two forms the JDK is sure not to ask anybody.
        if (IPV4.matcher(bare).matches() || bare.indexOf(':') >= 0) {
            try {
                return new InetSocketAddress(InetAddress.getByName(bare), port);
            } catch (UnknownHostException e) {
                return InetSocketAddress.createUnresolved(bare, port);
            }
        }
        return InetSocketAddress.createUnresolved(bare, port);
    }

    private static int port(String text) {
        try {
            int port = Integer.parseInt(text);
            return port >= 0 && port <= MAX_PORT ? port : 0;
        } catch (NumberFormatException e) {
            return 0;
        }
    }
}

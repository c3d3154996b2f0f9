package io.penstock.testkit.hostile;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Optional;
import javax.net.ssl.SSLContext;

/**
 * Where a hostile client goes.
 *
 * @param server a server of your own
 * @param context for those that shake hands; trusts the server
 * @param source the client's own address, such as one of 127.0.0.0/8; empty: the system chooses
 */
public record Target(InetSocketAddress server, SSLContext context, Optional<InetAddress> source) {
    /** From whichever address the system chooses. */
    public static Target of(InetSocketAddress server, SSLContext context) {
        return new Target(server, context, Optional.empty());
    }

    /** The same from an address of one's own. */
    public Target from(InetAddress address) {
        return new Target(server, context, Optional.of(address));
    }

    /** Connects, with a receive buffer of this many bytes; 0: as the system has it. */
    Socket connect(int receiveBuffer) throws IOException {
        Socket socket = new Socket();
        try {
            if (receiveBuffer > 0) {
                socket.setReceiveBufferSize(receiveBuffer);
            }
            if (source.isPresent()) {
                socket.bind(new InetSocketAddress(source.get(), 0));
            }
            socket.setSoTimeout(HostileClient.PATIENCE_MILLIS);
            socket.connect(server, HostileClient.PATIENCE_MILLIS);
            return socket;
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }
}

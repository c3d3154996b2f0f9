package io.penstock.testkit.hostile;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.net.Socket;
import java.util.HexFormat;

/** Says that it comes for somebody else (PROXY protocol), and then sends a proper ClientHello. */
public final class ProxySpoofClient extends HostileClient {
    private final byte[] header;

    private ProxySpoofClient(Target target, byte[] header) {
        super(target);
        this.header = header;
    }

    /** By the text of version 1: for 192.0.2.66. */
    public static ProxySpoofClient version1(Target target) {
        return new ProxySpoofClient(target, "PROXY TCP4 192.0.2.66 192.0.2.1 40000 443\r\n".getBytes(US_ASCII));
    }

    /** By the bytes of version 2: for the same. */
    public static ProxySpoofClient version2(Target target) {
        String signature = "0d0a0d0a000d0a515549540a";
        return new ProxySpoofClient(
                target, HexFormat.of().parseHex(signature + "2111000c" + "c0000242" + "c0000201" + "9c40" + "01bb"));
    }

    @Override
    protected void act(Socket socket) throws IOException {
        socket.getOutputStream().write(header);
        socket.getOutputStream().write(ClientHello.record(target.context()));
    }
}

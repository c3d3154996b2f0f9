package io.penstock.protocol;

import io.penstock.protocol.ProxyHeaderReader.Reading;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import org.apache.pekko.util.ByteString;
import org.jspecify.annotations.Nullable;

/**
 * Version 2, bytes (section 2.2):
 *
 * <pre>
 *   +-----------+---------+---------+--------+--------+-----------+-------+
 *   | signature | version | command | family | length | addresses |  TLVs |
 *   +-----------+---------+---------+--------+--------+-----------+-------+
 *     12 bytes    4 bits    4 bits    1 byte   2 bytes  \_ length bytes _/
 *
 *   addresses of TCP4: 4 + 4 + 2 + 2 bytes, of TCP6: 16 + 16 + 2 + 2: source, destination, their ports
 * </pre>
 *
 * The addresses of other families than these two, and of datagrams, are passed over. What follows an UNSPEC family is
 * ignored altogether, as there is no saying where addresses end and TLVs begin.
 */
final class ProxyHeaderV2 {
    static final ByteString SIGNATURE =
            ByteString.fromArray(new byte[] {'\r', '\n', '\r', '\n', 0, '\r', '\n', 'Q', 'U', 'I', 'T', '\n'});

    /** Up to the length. */
    static final int FIXED = 16;

    /** How much may follow that; a header can claim 65,535 bytes, and nobody has so much to say. */
    static final int MAX_REST = 4096;

    private static final int COMMAND = 12;
    private static final int FAMILY = 13;
    private static final int LENGTH = 14;

    private static final int LOCAL = 0x20;
    private static final int PROXY = 0x21;

    private static final int INET = 1;
    private static final int INET6 = 2;
    private static final int UNIX = 3;
    private static final int STREAM = 1;
    private static final int DATAGRAM = 2;

    private static final int PORTS = 4;
    private static final int UNIX_PATH = 108;

    private ProxyHeaderV2() {}

    /** Reads what has come, which begins with the signature. */
    static Reading read(ByteString received) {
        // In the order of the bytes, so that it is the same fault however many of them have come.
        if (received.size() > COMMAND && command(received) != LOCAL && command(received) != PROXY) {
            return malformed("version and command 0x%02x (expected: 0x20 or 0x21)", command(received));
        }
        if (received.size() < FIXED) {
            return new Reading.Incomplete(true);
        }
        int rest = (received.apply(LENGTH) & 0xff) << 8 | (received.apply(LENGTH + 1) & 0xff);
        if (rest > MAX_REST) {
            return malformed("a length of %d (expected: at most " + MAX_REST + ")", rest);
        }
        if (received.size() < FIXED + rest) {
            return new Reading.Incomplete(true);
        }
        try {
            return new Reading.Whole(parse(received.take(FIXED + rest).toArray()), FIXED + rest);
        } catch (IllegalArgumentException e) {
            return new Reading.Malformed(e.getMessage() + " in version 2");
        }
    }

    private static int command(ByteString received) {
        return received.apply(COMMAND) & 0xff;
    }

    private static Reading malformed(String reason, int value) {
        return new Reading.Malformed(String.format(reason, value) + " in version 2");
    }

    private static ProxyHeader parse(byte[] header) {
        if (header[COMMAND] == LOCAL) {
            return ProxyHeader.notRelayed(2);
        }
        int family = (header[FAMILY] & 0xff) >> 4;
        int transport = header[FAMILY] & 0x0f;
        if (family > UNIX || transport > DATAGRAM) {
            throw new IllegalArgumentException(
                    String.format("family and transport 0x%02x (expected: 0 to 3 and 0 to 2)", header[FAMILY]));
        }
        int address = size(family);
        if (address == 0) {
            return ProxyHeader.notRelayed(2);
        }
        int addresses = 2 * address + (family == UNIX ? 0 : PORTS);
        if (header.length < FIXED + addresses) {
            throw new IllegalArgumentException((header.length - FIXED) + " bytes of addresses (expected: " + addresses
                    + " for family " + family + ")");
        }
        ProxyTlvs tlvs = ProxyTlvs.parse(header, FIXED + addresses);
        boolean tcp = transport == STREAM && family != UNIX;
        return tlvs.header(
                tcp ? endpoint(header, FIXED, address, FIXED + 2 * address) : null,
                tcp ? endpoint(header, FIXED + address, address, FIXED + 2 * address + 2) : null);
    }

    /** Bytes of one address. */
    private static int size(int family) {
        return switch (family) {
            case INET -> 4;
            case INET6 -> 16;
            case UNIX -> UNIX_PATH;
            default -> 0;
        };
    }

    private static @Nullable InetSocketAddress endpoint(byte[] header, int at, int size, int port) {
        byte[] address = new byte[size];
        System.arraycopy(header, at, address, 0, size);
        try {
            return new InetSocketAddress(
                    InetAddress.getByAddress(address), ByteBuffer.wrap(header).getShort(port) & 0xffff);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("an address has 4 or 16 bytes", e);
        }
    }
}

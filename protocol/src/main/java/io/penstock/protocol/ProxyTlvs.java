package io.penstock.protocol;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.zip.CRC32C;
import org.apache.pekko.util.ByteString;
import org.jspecify.annotations.Nullable;

/**
 * What follows the addresses of version 2 (sections 2.2 to 2.2.7):
 *
 * <pre>
 *   +--------+---------+-------+
 *   |  type  | length  | value |
 *   +--------+---------+-------+
 *     1 byte   2 bytes
 * </pre>
 *
 * Types that are not known here are passed over. One that is known and comes twice has no meaning, and is an error.
 */
final class ProxyTlvs {
    private static final int ALPN = 0x01;
    private static final int AUTHORITY = 0x02;
    private static final int CHECKSUM = 0x03;
    private static final int UNIQUE_ID = 0x05;
    private static final int SSL = 0x20;
    private static final int NETNS = 0x30;
    private static final Set<Integer> KNOWN = Set.of(ALPN, AUTHORITY, CHECKSUM, UNIQUE_ID, SSL, NETNS);

    private static final int SSL_VERSION = 0x21;
    private static final int SSL_CN = 0x22;
    private static final int SSL_CIPHER = 0x23;
    private static final int SSL_SIG_ALG = 0x24;
    private static final int SSL_KEY_ALG = 0x25;
    private static final Set<Integer> KNOWN_OF_SSL = Set.of(SSL_VERSION, SSL_CN, SSL_CIPHER, SSL_SIG_ALG, SSL_KEY_ALG);

    /** The type and the length. */
    private static final int PREFIX = 3;

    private static final int CRC_SIZE = 4;
    private static final int MAX_UNIQUE_ID = 128;

    /** Bits, then whether the certificate was verified. */
    private static final int SSL_PREFIX = 5;

    private static final int CLIENT_SSL = 1;
    private static final int CLIENT_CERTIFICATE = 2 | 4;

    /** The values of known types, as windows on the header. */
    private final Map<Integer, ByteBuffer> values;

    private ProxyTlvs(Map<Integer, ByteBuffer> values) {
        this.values = values;
    }

    /**
     * Reads a whole header from where its addresses end.
     *
     * @throws IllegalArgumentException with what is wrong
     */
    static ProxyTlvs parse(byte[] header, int from) {
        ProxyTlvs tlvs = new ProxyTlvs(split(ByteBuffer.wrap(header, from, header.length - from), KNOWN));
        tlvs.checkCrc(header);
        return tlvs;
    }

    private static Map<Integer, ByteBuffer> split(ByteBuffer bytes, Set<Integer> known) {
        Map<Integer, ByteBuffer> values = new HashMap<>();
        while (bytes.hasRemaining()) {
            if (bytes.remaining() < PREFIX) {
                throw new IllegalArgumentException("a TLV of " + bytes.remaining() + " bytes (expected: at least 3)");
            }
            int type = bytes.get() & 0xff;
            int length = bytes.getShort() & 0xffff;
            if (length > bytes.remaining()) {
                throw bad(type, length + " bytes long", "at most " + bytes.remaining() + ", which are left");
            }
            if (known.contains(type) && values.putIfAbsent(type, bytes.slice(bytes.position(), length)) != null) {
                throw bad(type, "there twice", "once");
            }
            bytes.position(bytes.position() + length);
        }
        return values;
    }

    /** Over the whole header, with zeros in the place of the checksum (section 2.2.3). */
    private void checkCrc(byte[] header) {
        ByteBuffer value = values.get(CHECKSUM);
        if (value == null) {
            return;
        }
        expectSize(CHECKSUM, value, CRC_SIZE, CRC_SIZE);
        byte[] zeroed = header.clone();
        ByteBuffer.wrap(zeroed).putInt(value.arrayOffset(), 0);
        CRC32C crc = new CRC32C();
        crc.update(zeroed, 0, zeroed.length);
        if (value.getInt(0) != (int) crc.getValue()) {
            throw bad(CHECKSUM, String.format("%08x", value.getInt(0)), String.format("%08x", crc.getValue()));
        }
    }

    /** With the addresses that came before them. */
    ProxyHeader header(@Nullable InetSocketAddress source, @Nullable InetSocketAddress destination) {
        return new ProxyHeader(2, true, source, destination, uniqueId(), text(AUTHORITY), alpn(), text(NETNS), tls());
    }

    private ByteString uniqueId() {
        ByteBuffer value = values.get(UNIQUE_ID);
        if (value == null) {
            return ByteString.emptyByteString();
        }
        expectSize(UNIQUE_ID, value, 0, MAX_UNIQUE_ID);
        return ByteString.fromByteBuffer(value.duplicate());
    }

    private @Nullable String alpn() {
        ByteBuffer value = values.get(ALPN);
        return value == null ? null : ISO_8859_1.decode(value.duplicate()).toString();
    }

    private ProxyHeader.@Nullable Tls tls() {
        ByteBuffer value = values.get(SSL);
        if (value == null) {
            return null;
        }
        expectSize(SSL, value, SSL_PREFIX, Integer.MAX_VALUE);
        ByteBuffer content = value.duplicate();
        int client = content.get();
        boolean verified = content.getInt() == 0;
        ProxyTlvs more = new ProxyTlvs(split(content, KNOWN_OF_SSL));
        boolean certificate = (client & CLIENT_CERTIFICATE) != 0;
        ProxyHeader.Tls tls = new ProxyHeader.Tls(
                more.text(SSL_VERSION),
                more.text(SSL_CIPHER),
                certificate,
                certificate && verified,
                more.text(SSL_CN),
                more.text(SSL_SIG_ALG),
                more.text(SSL_KEY_ALG));
        return (client & CLIENT_SSL) == 0 ? null : tls;
    }

    private @Nullable String text(int type) {
        ByteBuffer value = values.get(type);
        try {
            return value == null
                    ? null
                    : UTF_8.newDecoder().decode(value.duplicate()).toString();
        } catch (CharacterCodingException e) {
            throw bad(type, "not text", "UTF-8");
        }
    }

    private static void expectSize(int type, ByteBuffer value, int min, int max) {
        int size = value.remaining();
        if (size < min || size > max) {
            throw bad(type, size + " bytes long", max == Integer.MAX_VALUE ? ">= " + min : min + ".." + max);
        }
    }

    private static IllegalArgumentException bad(int type, String what, String expected) {
        return new IllegalArgumentException(
                String.format("a TLV of type 0x%02x is %s (expected: %s)", type, what, expected));
    }
}

package io.penstock.protocol;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.apache.pekko.util.ByteString;

/**
 * A whole number of fixed size.
 *
 * <pre>
 *   +--------------------+----------------------+
 *   |  length, unsigned  |  payload             |
 *   +--------------------+----------------------+
 *     1, 2, 4 or 8 bytes   0 to max-frame-size
 * </pre>
 *
 * @param size of the number: 1, 2, 4 or 8 bytes
 * @param order of its bytes
 * @param inclusive whether it counts its own bytes, too
 */
record LengthPrefix(int size, ByteOrder order, boolean inclusive) implements Prefix {
    @Override
    public String unit() {
        return "frame";
    }

    @Override
    public Read read(ByteBuffer bytes, int from, int to) {
        if (to - from < size) {
            return new Incomplete();
        }
        long length = 0;
        for (int i = 0; i < size; i++) {
            int at = order == ByteOrder.BIG_ENDIAN ? from + i : from + size - 1 - i;
            length = length << 8 | (bytes.get(at) & 0xff);
        }
        long payload = inclusive ? length - size : length;
        if (length < 0) {
            return new Malformed("length " + Long.toUnsignedString(length) + " (expected: < 2^63)");
        }
        return payload < 0
                ? new Malformed("length " + length + " (expected: >= " + size + ", as it counts its own bytes)")
                : new Announced(size, payload);
    }

    @Override
    public ByteString trailer() {
        return ByteString.emptyByteString();
    }

    @Override
    public ByteString write(int payload) {
        long length = (long) payload + (inclusive ? size : 0);
        if (size < 4 && length >= (1L << (8 * size))) {
            throw new IllegalArgumentException("a length of " + size + " bytes cannot say " + length + " (expected: <= "
                    + ((1L << (8 * size)) - 1) + ")");
        }
        byte[] number = new byte[size];
        for (int i = 0; i < size; i++) {
            number[order == ByteOrder.BIG_ENDIAN ? size - 1 - i : i] = (byte) (length >>> (8 * i));
        }
        return ByteString.fromArrayUnsafe(number);
    }
}

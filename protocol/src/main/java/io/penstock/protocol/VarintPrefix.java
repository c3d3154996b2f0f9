package io.penstock.protocol;

import java.nio.ByteBuffer;
import org.apache.pekko.util.ByteString;

/**
 * The length of delimited Protocol Buffers messages: base 128, least significant group first, the top bit says that
 * another byte follows.
 *
 * <pre>
 *   +------------------+----------------------+
 *   |  varint, 1 to 10 |  payload             |
 *   +------------------+----------------------+
 * </pre>
 */
record VarintPrefix() implements Prefix {
    private static final int LONGEST = 10;

    @Override
    public String unit() {
        return "message";
    }

    @Override
    public Read read(ByteBuffer bytes, int from, int to) {
        long length = 0;
        for (int i = 0; i < Math.min(to - from, LONGEST); i++) {
            byte next = bytes.get(from + i);
            length |= (next & 0x7fL) << (7 * i);
            if (next >= 0) {
                return length < 0 || (i == LONGEST - 1)
                        ? new Malformed("length of 2^63 or more (expected: < 2^63)")
                        : new Announced(i + 1, length);
            }
        }
        return to - from < LONGEST
                ? new Incomplete()
                : new Malformed("length of more than " + LONGEST + " bytes (expected: a varint)");
    }

    @Override
    public ByteString trailer() {
        return ByteString.emptyByteString();
    }

    @Override
    public ByteString write(int payload) {
        byte[] number = new byte[5];
        int size = 0;
        int rest = payload;
        while (rest > 0x7f) {
            number[size++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        number[size++] = (byte) rest;
        return ByteString.fromArray(number, 0, size);
    }
}

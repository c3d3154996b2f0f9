package io.penstock.protocol;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The first byte of an input chooses among all lengths, the rest is as in {@link Fuzzing}. */
class LengthFuzzTest {
    private static final List<Protocol> ALL = all();

    private static List<Protocol> all() {
        List<Protocol> all = new ArrayList<>();
        for (int size : new int[] {1, 2, 4, 8}) {
            for (ByteOrder order : List.of(ByteOrder.BIG_ENDIAN, ByteOrder.LITTLE_ENDIAN)) {
                all.add(Protocols.length(size, order, false));
                all.add(Protocols.length(size, order, true));
            }
        }
        return all;
    }

    @FuzzTest
    void findsTheSameFramesInAnySplitOfTheBytes(byte[] input) {
        if (input.length > 0) {
            Fuzzing.check(ALL.get((input[0] & 0xff) % ALL.size()), Arrays.copyOfRange(input, 1, input.length));
        }
    }
}

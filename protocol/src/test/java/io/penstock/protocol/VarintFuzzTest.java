package io.penstock.protocol;

import com.code_intelligence.jazzer.junit.FuzzTest;

class VarintFuzzTest {
    @FuzzTest
    void findsTheSameFramesInAnySplitOfTheBytes(byte[] input) {
        Fuzzing.check(Protocols.VARINT, input);
    }
}

package io.penstock.protocol;

import com.code_intelligence.jazzer.junit.FuzzTest;

class NulFuzzTest {
    @FuzzTest
    void findsTheSameFramesInAnySplitOfTheBytes(byte[] input) {
        Fuzzing.check(Protocols.NUL, input);
    }
}

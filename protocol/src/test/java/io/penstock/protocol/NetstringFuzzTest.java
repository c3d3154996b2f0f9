package io.penstock.protocol;

import com.code_intelligence.jazzer.junit.FuzzTest;

class NetstringFuzzTest {
    @FuzzTest
    void findsTheSameFramesInAnySplitOfTheBytes(byte[] input) {
        Fuzzing.check(Protocols.NETSTRING, input);
    }
}

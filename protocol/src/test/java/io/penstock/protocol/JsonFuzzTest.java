package io.penstock.protocol;

import com.code_intelligence.jazzer.junit.FuzzTest;

class JsonFuzzTest {
    @FuzzTest
    void findsTheSameFramesInAnySplitOfTheBytes(byte[] input) {
        Fuzzing.check(Protocols.JSON, input);
    }
}

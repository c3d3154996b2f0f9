package io.penstock.protocol;

import com.code_intelligence.jazzer.junit.FuzzTest;

class LinesFuzzTest {
    @FuzzTest
    void findsTheSameFramesInAnySplitOfTheBytes(byte[] input) {
        Fuzzing.check(Protocols.LINES, input);
    }
}

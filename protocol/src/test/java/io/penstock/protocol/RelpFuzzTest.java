package io.penstock.protocol;

import com.code_intelligence.jazzer.junit.FuzzTest;

/** The server's side. */
class RelpFuzzTest {
    @FuzzTest
    void findsTheSameFramesInAnySplitOfTheBytes(byte[] input) {
        Fuzzing.check(Protocols.RELP, input);
    }
}

package io.penstock.protocol;

import com.code_intelligence.jazzer.junit.FuzzTest;

class SyslogFuzzTest {
    @FuzzTest
    void findsTheSameFramesInAnySplitOfTheBytes(byte[] input) {
        Fuzzing.check(Protocols.SYSLOG, input);
    }
}

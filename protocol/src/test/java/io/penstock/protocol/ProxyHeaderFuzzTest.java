package io.penstock.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.penstock.protocol.ProxyHeaderReader.Reading;
import org.apache.pekko.util.ByteString;

class ProxyHeaderFuzzTest {
    @FuzzTest
    void readsTheSameInAnySplitOfTheBytes(byte[] input) {
        ByteString stream = ByteString.fromArray(input);
        Reading whole = ProxyHeaderReader.read(stream);
        for (int end = 0; end < stream.size(); end++) {
            Reading part = ProxyHeaderReader.read(stream.take(end));
            if (!(part instanceof Reading.Incomplete)) {
                assertThat(part).isEqualTo(whole);
                break;
            }
        }
        if (whole instanceof Reading.Whole read) {
            assertThat(read.length()).isBetween(15, Math.min(stream.size(), ProxyHeaderReader.MAX_LENGTH));
            assertThat(ProxyHeaderReader.read(stream.take(read.length()))).isEqualTo(whole);
        } else if (whole instanceof Reading.Incomplete) {
            assertThat(stream.size()).isLessThan(ProxyHeaderReader.MAX_LENGTH);
        }
    }
}

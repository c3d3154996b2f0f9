package io.penstock.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.pekko.util.ByteString;

/** An input is as in {@link Fuzzing}. */
class RawFuzzTest {
    @FuzzTest
    void passesOnTheSameBytesInAnySplit(byte[] input) {
        if (input.length < 2) {
            return;
        }
        FrameLimits limits = Fuzzing.limits(input[0]);
        ByteString stream = ByteString.fromArray(input).drop(2);
        List<ByteString> frames = new ArrayList<>(Fuzzing.run(Protocols.RAW, limits, List.of(stream)).frames);
        assertThat(frames).allSatisfy(frame -> assertThat(frame.size()).isBetween(1, limits.maxFrameSize()));
        assertThat(Protocols.RAW.encoder().encode(frames)).isEqualTo(stream);
        List<ByteString> pieces = Fuzzing.split(stream, new Random(input[1]));
        assertThat(Protocols.RAW.encoder().encode(Fuzzing.run(Protocols.RAW, limits, pieces).frames))
                .isEqualTo(stream);
    }
}

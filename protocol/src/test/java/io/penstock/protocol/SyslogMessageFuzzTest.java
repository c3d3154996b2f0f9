package io.penstock.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import org.apache.pekko.util.ByteString;

class SyslogMessageFuzzTest {
    @FuzzTest
    void readsTheHeaderOfAnythingThatBeginsWithAPriority(byte[] input) {
        ByteString frame = ByteString.fromArray(input);
        SyslogMessage.parse(frame).ifPresent(message -> {
            assertThat(message.facility()).isBetween(0, 23);
            assertThat(message.severity()).isBetween(0, 7);
            assertThat(frame.takeRight(message.message().size())).isEqualTo(message.message());
            assertThat(message.time().isPresent()).isIn(message.timestamp().isPresent(), false);
        });
    }
}

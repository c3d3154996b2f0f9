package io.penstock.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.StringValue;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.Test;

/** The delimited messages of Protocol Buffers' own library, and ours. */
class ProtobufDelimitedTest {
    private static final List<StringValue> MESSAGES = List.of(
            StringValue.of(""),
            StringValue.of("a"),
            StringValue.of("b".repeat(127)),
            StringValue.of("c".repeat(128)),
            StringValue.of("d".repeat(20_000)));

    @Test
    void readsWhatItsWriterWrites() throws IOException {
        ByteArrayOutputStream wire = new ByteArrayOutputStream();
        for (StringValue message : MESSAGES) {
            message.writeDelimitedTo(wire);
        }
        FrameDecoder decoder = Protocols.VARINT.newDecoder(new FrameLimits(65536, BadFrameAction.CLOSE));
        List<StringValue> read = new ArrayList<>();
        for (ByteString frame :
                decoder.decode(ByteString.fromArray(wire.toByteArray())).frames()) {
            read.add(StringValue.parseFrom(frame.toArray()));
        }
        assertThat(read).isEqualTo(MESSAGES);
    }

    @Test
    void writesWhatItsReaderReads() throws IOException {
        List<ByteString> payloads = MESSAGES.stream()
                .map(message -> ByteString.fromArray(message.toByteArray()))
                .toList();
        InputStream wire = new ByteArrayInputStream(
                Protocols.VARINT.encoder().encode(payloads).toArray());
        for (StringValue message : MESSAGES) {
            assertThat(StringValue.parseDelimitedFrom(wire)).isEqualTo(message);
        }
        assertThat(wire.read()).isEqualTo(-1);
    }
}

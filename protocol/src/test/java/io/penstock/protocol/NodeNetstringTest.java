package io.penstock.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.Test;

/** The bytes that {@code nsWrite} of the npm package netstring 0.3.0 gave. A character stands for a byte. */
class NodeNetstringTest {
    private static final String BYTES = "12:hello world!,0:,5:a:b,c,2:\u00c3\u00bc,";
    private static final List<String> PAYLOADS = List.of("hello world!", "", "a:b,c", "\u00c3\u00bc");

    @Test
    void areRead() {
        Decoding netstrings = new Decoding(Protocols.NETSTRING, 1000, BadFrameAction.CLOSE);
        assertThat(netstrings.feed(BYTES).frames).isEqualTo(PAYLOADS);
    }

    @Test
    void areWhatIsWritten() {
        List<ByteString> payloads = PAYLOADS.stream().map(Decoding::bytes).toList();
        assertThat(Decoding.text(Protocols.NETSTRING.encoder().encode(payloads)))
                .isEqualTo(BYTES);
    }
}

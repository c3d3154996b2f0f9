package example;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.protocol.ConnectionEnd.Kind;
import io.penstock.protocol.ProcessorProtocol.Deliver;
import io.penstock.protocol.ProcessorProtocol.Open;
import io.penstock.testkit.PenstockExtension;
import io.penstock.testkit.TlsClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Without a processor the probe stands in its place: the test sees the frames and answers them. */
class ProbeTest {
    @RegisterExtension
    final PenstockExtension penstock = PenstockExtension.create().with("protocol", "lines");

    @Test
    void seesFramesAndAnswers() {
        try (TlsClient client = penstock.connect()) {
            client.send("hello\nworld\n");
            Open open = penstock.probe().expectOpen();
            Deliver batch = penstock.probe().expectBatch();
            assertThat(batch.frames().get(0).utf8String()).isEqualTo("hello");
            penstock.probe().done(batch, "thanks");
            assertThat(client.readLine()).isEqualTo("thanks");
            penstock.probe().disconnect(open, "enough");
            assertThat(client.readAll()).isEmpty();
            assertThat(penstock.probe().expectClose(open.connection()).kind()).isEqualTo(Kind.CLOSED_BY_PROCESSOR);
        }
    }
}

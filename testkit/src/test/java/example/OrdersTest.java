package example;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.protocol.ConnectionEnd.Kind;
import io.penstock.protocol.ConnectionEvent.Closed;
import io.penstock.testkit.PenstockExtension;
import io.penstock.testkit.TlsClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A processor under test behind a real TLS port; real clients talk to it. */
class OrdersTest {
    @RegisterExtension
    final PenstockExtension penstock =
            PenstockExtension.create().with("protocol", "lines").processor(Orders::new);

    @Test
    void numbersTheOrders() {
        try (TlsClient client = penstock.connect()) {
            client.send("screws\nnails\n");
            assertThat(client.readLine()).isEqualTo("order 1: screws");
            assertThat(client.readLine()).isEqualTo("order 2: nails");
        }
        assertThat(penstock.awaitEvent(Closed.class).end().kind()).isEqualTo(Kind.END_OF_STREAM);
    }

    @Test
    void closesTheConnectionThatSendsAnEmptyOrder() {
        try (TlsClient client = penstock.connect()) {
            client.send("\n");
            assertThat(client.readAll()).isEmpty();
        }
        assertThat(penstock.awaitEvent(Closed.class).end().kind()).isEqualTo(Kind.PROCESSOR_FAILED);
    }
}

package io.penstock.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.protocol.ConnectionEnd.Kind;
import io.penstock.protocol.ConnectionEvent.Closed;
import io.penstock.server.pki.ClientAuth;
import io.penstock.server.pki.Identity;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Pushes over TLS, to clients that are known by their certificates. */
class PushToIdentityTest {
    private static final TestCa CA = new TestCa();
    private static final Identity PUMP = CA.client("pump", "pump.example.org");
    private static final Identity METER = CA.client("meter", "meter.example.org");

    @RegisterExtension
    final PenstockExtension penstock =
            PenstockExtension.create().ca(CA).clientAuth(ClientAuth.OPTIONAL).with("protocol", "lines");

    private static int taken(CompletionStage<Integer> push) {
        return push.toCompletableFuture().join();
    }

    private int sendTo(String identity, String text) {
        return taken(penstock.server().sendTo(identity, ByteString.fromString(text)));
    }

    @Test
    void goesToEveryConnectionOfTheClientAndToNoOther() {
        try (TlsClient first = penstock.connect(PUMP);
                TlsClient second = penstock.connect(PUMP);
                TlsClient meter = penstock.connect(METER);
                TlsClient stranger = penstock.connect()) {
            List.of(first, second, meter, stranger)
                    .forEach(client -> penstock.probe().expectOpen());

            assertThat(sendTo("pump.example.org", "by name")).isEqualTo(2);
            assertThat(sendTo("CN=meter", "by subject")).isEqualTo(1);
            assertThat(sendTo("CN=nobody", "lost")).isZero();
            assertThat(sendTo("", "lost")).isZero();

            assertThat(first.readLine()).isEqualTo("by name");
            assertThat(second.readLine()).isEqualTo("by name");
            assertThat(meter.readLine()).isEqualTo("by subject");
        }
    }

    @Test
    void reachesOneConnectionByItsIdAndClosesIt() {
        try (TlsClient client = penstock.connect(PUMP)) {
            long id = penstock.probe().expectOpen().connection().id();

            assertThat(taken(penstock.server().send(id, ByteString.fromString("hello"))))
                    .isEqualTo(1);
            assertThat(taken(penstock.server().disconnect(id, "maintenance"))).isEqualTo(1);

            assertThat(client.readAll()).isEqualTo("hello\n");
        }
        Closed closed = penstock.awaitEvent(Closed.class);
        assertThat(closed.end().kind()).isEqualTo(Kind.CLOSED_BY_PROCESSOR);
        assertThat(closed.end().detail()).isEqualTo("maintenance");
    }
}

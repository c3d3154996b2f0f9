package io.penstock.server.tls;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.server.pki.Trust;
import io.penstock.server.tls.NativeConversation.Ending;
import java.time.Duration;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every way in which a connection can end; {@link NativeStress} does the same a million times. */
class BoringEndingsTest {
    @RegisterExtension
    final NativeLeftovers leftovers = NativeLeftovers.ofEnginesAndContexts();

    @ParameterizedTest
    @EnumSource
    void leavesNothing(Ending ending) throws Exception {
        try (NativeConversation.World world =
                new NativeConversation.World(TicketKeys.of(Duration.ofHours(1), Trust.NONE, System::nanoTime))) {
            for (int seed = 0; seed < 30; seed++) {
                NativeConversation conversation = new NativeConversation(world, ending, seed);
                while (conversation.step()) {
                    assertThat(conversation.ending).isEqualTo(ending);
                }
                assertThat(conversation.complaint()).isEmpty();
            }
        }
    }
}

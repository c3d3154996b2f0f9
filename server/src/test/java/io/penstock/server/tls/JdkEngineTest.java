package io.penstock.server.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.penstock.server.pki.CertificateAuthority;
import io.penstock.server.pki.ClientVerifier;
import io.penstock.server.pki.Identities;
import io.penstock.server.pki.Trust;
import io.penstock.server.tls.TlsSettings.EngineChoice;
import java.time.Clock;
import java.util.HexFormat;
import java.util.Objects;
import java.util.Optional;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.Test;

class JdkEngineTest {
    @Test
    void answersMalformedExtensionWithDecodeErrorAtOnce() {
        TlsContext context = TlsContext.of(
                Identities.of(CertificateAuthority.create("test").server("localhost")),
                false,
                new ClientVerifier(Trust.NONE, Clock.systemUTC()),
                Policy.INTERMEDIATE,
                EngineChoice.JDK,
                null);
        TlsEngine engine = context.engine(Optional.empty());
        engine.receive(ByteString.fromArray(HexFormat.of().parseHex(hello())));
        Objects.requireNonNull(engine.task()).run();

        TlsFailedException failure = catchThrowableOfType(TlsFailedException.class, engine::resume);

        byte[] alert = failure.record().concat(engine.takeCiphertext()).toArray();
        // Newer Javas have a word for it: internal_error.
        assertThat(alert).hasSize(7).startsWith(21, 3, 3, 0, 2, 2);
        assertThat(alert[6]).isIn((byte) 50, (byte) 80);
    }

    /** A ClientHello whose supported_versions is a list that claims 0x88 bytes and has two. */
    private static String hello() {
        String extensions = "002b0003880304";
        String body = "0303" + "00".repeat(32) + "00" + "00021301" + "0100" + "0007" + extensions;
        String message = "0100" + String.format("%04x", body.length() / 2) + body;
        return "160301" + String.format("%04x", message.length() / 2) + message;
    }
}

package io.penstock.server.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import io.penstock.protocol.InvalidSettingsException;
import io.penstock.protocol.SettingsReader;
import io.penstock.server.tls.PolicySettings.Profile;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PolicyTest {
    private static PolicySettings settings(
            Profile profile, List<String> ciphers, List<String> groups, List<String> alpn) {
        return new PolicySettings(profile, ciphers, groups, alpn, Optional.of(Duration.ofHours(12)));
    }

    private static PolicySettings ciphers(Profile profile, String... ciphers) {
        return settings(profile, List.of(ciphers), List.of(), List.of());
    }

    private static SettingsReader reader(String text) {
        return new SettingsReader(
                ConfigFactory.parseString(text, ConfigParseOptions.defaults().setOriginDescription("app.conf"))
                        .withFallback(ConfigFactory.load()));
    }

    @Test
    void isMozillasIntermediateLessDheByDefault() {
        Policy policy = Policy.of(PolicySettings.INTERMEDIATE);

        assertThat(policy.protocols()).containsExactly("TLSv1.3", "TLSv1.2");
        assertThat(policy.ciphers())
                .containsExactly(
                        "TLS_AES_128_GCM_SHA256",
                        "TLS_AES_256_GCM_SHA384",
                        "TLS_CHACHA20_POLY1305_SHA256",
                        "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
                        "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
                        "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
                        "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
                        "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
                        "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256");
        assertThat(policy.groups()).containsExactly("x25519", "secp256r1", "secp384r1");
    }

    @Test
    void speaksTls13AloneWhereItIsModern() {
        Policy policy = Policy.of(ciphers(Profile.MODERN));

        assertThat(policy.protocols()).containsExactly("TLSv1.3");
        assertThat(policy.ciphers()).hasSize(3).noneMatch(suite -> suite.contains("WITH"));
    }

    @Test
    void speaksTheVersionsThatItsSuitesAreOf() {
        assertThat(Policy.of(ciphers(Profile.INTERMEDIATE, "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"))
                        .protocols())
                .containsExactly("TLSv1.2");
        assertThat(Policy.of(ciphers(
                                Profile.INTERMEDIATE,
                                "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
                                "TLS_AES_128_GCM_SHA256"))
                        .protocols())
                .containsExactly("TLSv1.3", "TLSv1.2");
    }

    @Test
    void hasALineForEachUnknownOrWeakValue() {
        PolicySettings bad = settings(
                Profile.INTERMEDIATE,
                List.of("TLS_RSA_WITH_AES_128_GCM_SHA256", "TLS_AES_128_GCM_SHA256", "nonsense"),
                List.of("ffdhe2048", "x25519"),
                List.of("h2", "zwei Wörter"));

        assertThatThrownBy(() -> Policy.of(bad))
                .isInstanceOfSatisfying(
                        InvalidSettingsException.class,
                        e -> assertThat(e.problems())
                                .satisfiesExactly(
                                        line -> assertThat(line)
                                                .startsWith(
                                                        "penstock.tls.ciphers: TLS_RSA_WITH_AES_128_GCM_SHA256 (expected: "
                                                                + "TLS_AES_128_GCM_SHA256|")
                                                .endsWith("|TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256)"),
                                        line -> assertThat(line)
                                                .startsWith("penstock.tls.ciphers: nonsense (expected: "),
                                        line -> assertThat(line)
                                                .isEqualTo("penstock.tls.groups: ffdhe2048 (expected: "
                                                        + "x25519|secp256r1|secp384r1|secp521r1|X25519MLKEM768)"),
                                        line -> assertThat(line)
                                                .isEqualTo("penstock.tls.alpn: zwei Wörter"
                                                        + " (expected: 1 to 255 characters of printable ASCII)")));
    }

    @Test
    void refusesSuitesOfTls12WhereItIsModern() {
        assertThatThrownBy(() -> Policy.of(ciphers(Profile.MODERN, "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256")))
                .hasMessageContaining(
                        "(expected: TLS_AES_128_GCM_SHA256|TLS_AES_256_GCM_SHA384|" + "TLS_CHACHA20_POLY1305_SHA256)");
    }

    @Test
    void namesThePlaceOfAFlawAndReadsOnWithoutIt() {
        SettingsReader reader = reader("penstock.tls.groups = [ffdhe2048, secp384r1]");

        PolicySettings read = PolicySettings.read(reader);

        assertThat(read.groups()).containsExactly("secp384r1");
        assertThatThrownBy(reader::check)
                .hasMessageContaining("penstock.tls.groups: ffdhe2048 (expected: ")
                .hasMessageContaining(") at app.conf: 1");
    }
}

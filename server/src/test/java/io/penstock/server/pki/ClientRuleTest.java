package io.penstock.server.pki;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.protocol.ClientIdentity;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.List;
import org.bouncycastle.asn1.x500.X500Name;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClientRuleTest {
    private static final CertificateAuthority CA = CertificateAuthority.create("CA");
    private static final Identity METER = CA.client("meter 7");

    private static ClientIdentity client(List<String> dnsNames, List<String> uris, List<String> emails) {
        return new ClientIdentity("", "", "", "", dnsNames, uris, emails, METER.chain());
    }

    private static boolean dns(String rule, String name) {
        return ClientRule.of(rule).isMetBy(client(List.of("x.invalid", name), List.of(), List.of()));
    }

    private static boolean uri(String rule, String... uris) {
        return ClientRule.of(rule).isMetBy(client(List.of(), List.of(uris), List.of()));
    }

    private static boolean email(String rule, String email) {
        return ClientRule.of(rule).isMetBy(client(List.of(), List.of(), List.of(email)));
    }

    @ParameterizedTest
    @CsvSource({
        "dns:meter.example.org, METER.Example.org",
        "dns:Meter.example.org., meter.example.org",
        "DNS:meter.example.org, meter.example.org",
        "dns: *.example.org, meter.example.org",
        "dns:bücher.example, xn--bcher-kva.example"
    })
    void ofADnsNameIsMet(String rule, String name) {
        assertThat(dns(rule, name)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "dns:meter.example.org, other.example.org",
        "dns:example.org, meter.example.org",
        "dns:*.example.org, example.org",
        "dns:*.example.org, a.b.example.org",
        "dns:*.example.org, .example.org",
        "dns:*.example.org, *.example.org",
        "dns:meter.example.org, *.example.org",
        "dns:*.example.org, 'a\0.example.org'",
        "dns:*.0.0.1, 127.0.0.1"
    })
    void ofADnsNameIsNotMet(String rule, String name) {
        assertThat(dns(rule, name)).isFalse();
    }

    @Test
    void ofADnsNameIsNotMetByTheCommonName() {
        Identity named = CA.client("meter.example.org");
        ClientIdentity client = new ClientIdentity("", "", "", "", List.of(), List.of(), List.of(), named.chain());
        assertThat(ClientRule.of("dns:meter.example.org").isMetBy(client)).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "uri:spiffe://example.org/meter/7, spiffe://example.org/meter/7",
        "uri:SPIFFE://Example.org/meter/7, spiffe://example.org/meter/7",
        "uri:spiffe://example.org/*, spiffe://example.org/meter/7",
        "uri:spiffe://example.org/meter/*, spiffe://example.org/meter/7",
        "uri:https://example.org/a?b#c, HTTPS://EXAMPLE.org/a?b#c",
        "uri:https://user@example.org/*, https://user@Example.org/a%20b",
        "uri:urn:uuid:0ab1, URN:uuid:0ab1"
    })
    void ofAUriIsMet(String rule, String uri) {
        assertThat(uri(rule, uri)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "uri:spiffe://example.org/meter/7, spiffe://example.org/meter/8",
        "uri:spiffe://example.org/meter/7, spiffe://example.org/Meter/7",
        "uri:spiffe://example.org/*, spiffe://example.org",
        "uri:spiffe://example.org/*, spiffe://example.org/",
        "uri:spiffe://example.org/*, spiffe://example.org.evil.test/a",
        "uri:spiffe://example.org/*, spiffe://evil.test/example.org/a",
        "uri:spiffe://example.org/*, SPIFFE://example.org/a",
        "uri:spiffe://example.org/*, spiffe://example.org:8443/a",
        "uri:spiffe://example.org/*, spiffe://example.org/a?b",
        "uri:spiffe://example.org/*, spiffe://example.org/a%2fb",
        "uri:spiffe://example.org/meter/*, spiffe://example.org/meter/../admin",
        "uri:spiffe://example.org/meter/*, spiffe://example.org/meter",
        "uri:spiffe://example.org/meter/*, spiffe://example.org/meters/7",
        "uri:https://example.org/meter/*, https://example.org/meter/../admin",
        "uri:https://example.org/meter/*, https://example.org/meter/%2e%2e/admin",
        "uri:https://example.org/meter/*, https://example.org/meter/a%2f..%2f..%2fadmin",
        "uri:https://example.org/meter/*, https://example.org/meter//admin",
        "uri:https://user@example.org/*, https://User@example.org/a",
        "uri:https://example.org/*, not a uri"
    })
    void ofAUriIsNotMet(String rule, String uri) {
        assertThat(uri(rule, uri)).isFalse();
    }

    @Test
    void ofASpiffeIdIsMetOnlyByACertificateWithoutAnotherUri() {
        assertThat(uri("uri:spiffe://example.org/*", "spiffe://example.org/a", "https://example.org/a"))
                .isFalse();
        assertThat(uri("uri:https://example.org/a", "spiffe://example.org/a", "https://example.org/a"))
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "email:meter@example.org, meter@EXAMPLE.org, true",
        "email:Meter@example.org, meter@example.org, false",
        "email:meter@example.org, meter@example.com, false",
        "email:meter@example.org, example.org, false"
    })
    void ofAMailAddressIsMet(String rule, String email, boolean met) {
        assertThat(email(rule, email)).isEqualTo(met);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "subject:CN=meter 7,O=Example,C=DE | true",
                "subject:cn=Meter  7, o=example, c=de | true",
                "subject:CN=meter 7+UID=x,O=Example,C=DE | false",
                "subject:C=DE,O=Example,CN=meter 7 | false",
                "subject:CN=meter 7,O=Example | false",
                "subject:CN=meter 7 | false"
            })
    void ofASubjectIsMet(String rule, boolean met) throws Exception {
        // BouncyCastle takes the order of the encoding, RFC 4514 the other way round.
        var certificate = Subjects.selfSigned(new X500Name("C=DE,O=Example,CN=meter 7"));
        assertThat(ClientRule.of(rule).isMetBy(ClientIdentity.of(List.of(certificate))))
                .isEqualTo(met);
    }

    @Test
    void ofASubjectIsTheTextThatARefusalShows() throws Exception {
        var certificate = Subjects.selfSigned(
                new X500Name("C=DE,O=\"Example, Inc.\",SERIALNUMBER=12,E=meter@example.org,CN=meter #7"));
        ClientIdentity client = ClientIdentity.of(List.of(certificate));
        assertThat(client.subject())
                .isEqualTo("CN=meter \\#7,EMAILADDRESS=meter@example.org,SERIALNUMBER=12,O=Example\\, Inc.,C=DE");
        assertThat(ClientRule.of("subject:" + client.subject()).isMetBy(client)).isTrue();
    }

    @Test
    void ofAKeyIsMetByEveryCertificateOfThatKey() throws Exception {
        byte[] hash = MessageDigest.getInstance("SHA-256")
                .digest(METER.leaf().getPublicKey().getEncoded());
        ClientIdentity client = client(List.of(), List.of(), List.of());
        ClientRule rule = ClientRule.of("spki-sha256:" + Base64.getEncoder().encodeToString(hash));
        assertThat(rule.isMetBy(client)).isTrue();
        assertThat(ClientRule.keyOf(client)).isEqualTo(rule.toString());
        hash[31]++;
        assertThat(ClientRule.of("spki-sha256:" + Base64.getEncoder().encodeToString(hash))
                        .isMetBy(client))
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "meter.example.org",
                "cn:meter",
                "spiffe://example.org/a",
                "dns:",
                "dns:*",
                "dns:*.",
                "dns:a.*.example.org",
                "dns:*.*.example.org",
                "dns:m*.example.org",
                "dns:127.0.0.1",
                "dns:-a.example.org",
                "uri:",
                "uri:/a",
                "uri:example.org",
                "uri:*",
                "uri:https://*.example.org/a",
                "uri:https://example.org/*/a",
                "uri:https://example.org/a?b/*",
                "uri:urn:uuid/*",
                "uri:spiffe://example.org",
                "uri:spiffe://example.org:1/*",
                "uri:spiffe://example.org/a b",
                "uri:spiffe://example.org/a/../b",
                "email:meter",
                "email:@example.org",
                "email:*@example.org",
                "subject:",
                "subject:meter 7",
                "subject:/C=DE/CN=meter 7",
                "spki-sha256:",
                "spki-sha256:AAAA",
                "spki-sha256:47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU="
            })
    void ofAnotherFormIsRefusedWithWhatIsExpected(String text) {
        assertThatThrownBy(() -> ClientRule.of(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(text + " (expected: ")
                .hasMessageEndingWith(")");
    }

    @Test
    void isEqualByItsText() {
        assertThat(ClientRule.of("dns:a.example.org"))
                .isEqualTo(ClientRule.of("DNS: a.example.org"))
                .hasSameHashCodeAs(ClientRule.of("dns:a.example.org"))
                .isNotEqualTo(ClientRule.of("dns:b.example.org"))
                .hasToString("dns:a.example.org");
    }
}

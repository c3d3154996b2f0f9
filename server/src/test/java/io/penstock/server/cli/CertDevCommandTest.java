package io.penstock.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.protocol.InvalidSettingsException;
import io.penstock.server.cli.DevelopmentCertificates.Kept;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CertDevCommandTest {
    /** For CN=leaf, DNS:localhost, 127.0.0.1 and DNS:gate.example.test, until 2226-10-06T02:25:00Z. */
    private static final String CERTIFICATE = """
            -----BEGIN CERTIFICATE-----
            MIIBpTCCAUygAwIBAgIUH6paXFLK3iBJOdImBdzdkwK5T9AwCgYIKoZIzj0EAwIw
            DzENMAsGA1UEAwwEbGVhZjAgFw0yNjExMjMwMjI1MDBaGA8yMjI2MTAwNjAyMjUw
            MFowDzENMAsGA1UEAwwEbGVhZjBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABNEs
            b7hNCbE0W2y35tc2zI5FgK8QTFz1C29v4UkV8mEssp1ZohzQHdoS8mxhfKxMqAii
            hla2lEIDlrhpbd+MSlijgYMwgYAwHQYDVR0OBBYEFDOpo7cxY4iXtDu9BuYb/2Li
            K4k2MB8GA1UdIwQYMBaAFDOpo7cxY4iXtDu9BuYb/2LiK4k2MA8GA1UdEwEB/wQF
            MAMBAf8wLQYDVR0RBCYwJIIJbG9jYWxob3N0hwR/AAABghFnYXRlLmV4YW1wbGUu
            dGVzdDAKBggqhkjOPQQDAgNHADBEAiBXSY7K6hS1lI/fjaEV4JsU3N6RhKTtPb2h
            koI36wJznQIgBexYMQeZNoPIlInrXs6OTRbUI0Ylm00MCY1Ch1KUlro=
            -----END CERTIFICATE-----
            """;

    @TempDir
    private Path directory;

    @Test
    void showsFilesSubjectExpiryNamesAndHowToTrust() throws IOException {
        Path pem = Files.writeString(directory.resolve("c.pem"), CERTIFICATE);
        DevelopmentCertificates development = (environment, hostname) -> {
            assertThat(hostname).hasValue("gate.example.test");
            assertThat(environment).containsEntry("PENSTOCK_HOME", "/h");
            return new Kept(pem, pem, directory.resolve("k.pem"), "kept", "openssl …");
        };

        Run run = run(development, "cert", "dev", "--hostname", "gate.example.test");

        assertThat(run.code()).isZero();
        assertThat(run.out()).isEqualTo("""
                        state    kept
                        ca       %1$s
                                 CN=leaf
                                 valid until 2226-10-06T02:25:00Z
                        cert     %1$s
                                 CN=leaf
                                 valid until 2226-10-06T02:25:00Z
                        names    localhost, 127.0.0.1, gate.example.test
                        key      %2$s
                        try      openssl …
                        """.formatted(pem, directory.resolve("k.pem")));
    }

    @Test
    void saysWhatIsWrongAndEndsWithTwo() {
        Run run = run(
                (environment, hostname) -> {
                    throw new InvalidSettingsException(List.of("/h: cannot be written"));
                },
                "cert",
                "dev");

        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).isEqualTo("/h: cannot be written\n");
    }

    private static Run run(DevelopmentCertificates development, String... words) {
        return Run.with(
                Map.of("PENSTOCK_HOME", "/h"),
                (settings, environment) -> {
                    throw new AssertionError("not to be started");
                },
                development,
                words);
    }
}

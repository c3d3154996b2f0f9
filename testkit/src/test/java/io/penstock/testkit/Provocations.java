package io.penstock.testkit;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.penstock.server.pki.CertificateSpec;
import io.penstock.server.pki.ClientAuth;
import io.penstock.server.pki.Identity;
import io.penstock.server.pki.PemFiles;
import io.penstock.server.tls.TlsFault;
import io.penstock.testkit.Provocation.Client;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLSocket;

/** For each fault a server's settings and a client's behaviour that bring it about. */
final class Provocations {
    private static final String OPENSSL = "openssl";
    private static final Pattern ALERT = Pattern.compile("SSL alert number (\\d+)");

    /** Extensions: TLS 1.3, X25519, ecdsa_secp256r1_sha256. */
    private static final String NO_KEY_SHARE = "002b0003020304" + "000a00040002001d" + "000d000400020403";

    /** The beginning of a handshake. */
    private static final byte[] HELLO = hello("0303", NO_KEY_SHARE + "003300260024001d0020" + "09".repeat(32));

    private final EnumMap<TlsFault, Provocation> all = new EnumMap<>(TlsFault.class);
    private final Path directory;
    private final TestCa ca = new TestCa();
    private final Map<String, Object> settings;

    Provocations(Path directory) throws IOException {
        this.directory = directory;
        ca.serverSettings(directory, ClientAuth.REQUIRED);
        settings = Map.of("tls.cert", file("cert.pem"), "tls.key", file("key.pem"));
        strangers();
        leavers();
        negotiations();
        alerts();
        clientCertificates();
        records();
    }

    Map<TlsFault, Provocation> byFault() {
        return all;
    }

    private void strangers() {
        add(TlsFault.HTTP_REQUEST, send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"));
        add(TlsFault.PROXY_HEADER, send("\r\n\r\n\0\r\nQUIT\n!\u0011\0\u000c"));
        add(TlsFault.SSH_CLIENT, send("SSH-2.0-OpenSSH_9.2\r\n"));
        add(TlsFault.PLAINTEXT, send("EHLO mail.example.test\r\n"));
        add(TlsFault.NOT_TLS, send("\0\0\0\u0008\u0004\u00d2\u0016/"));
        add(TlsFault.ON_PLAINTEXT_PORT, openssl("-tls1_3"));
        set(TlsFault.ON_PLAINTEXT_PORT, "plaintext", true);
        add(TlsFault.SSL2_HELLO, send("\u0080.\u0001\0\u0002\0\u0015\0\0\0\u0010"));
        add(TlsFault.SSL3_ONLY, send(hello("0300", "")));
        add(TlsFault.PROTOCOL_ERROR, send(hello("0303", NO_KEY_SHARE)));
    }

    private void leavers() {
        add(TlsFault.PROBE, send(""));
        add(TlsFault.CLOSED_IN_HANDSHAKE, send(Arrays.copyOf(HELLO, 20)));
        add(TlsFault.RESET_IN_HANDSHAKE, server -> {
            try (RawClient client = new RawClient(server)) {
                client.send(HELLO).receive(5).reset();
            }
            return OptionalInt.empty();
        });
        add(TlsFault.HANDSHAKE_TIMEOUT, server -> {
            try (RawClient client = new RawClient(server)) {
                return client.send(HELLO).receiveAlert();
            }
        });
        set(TlsFault.HANDSHAKE_TIMEOUT, "handshake-timeout", "200ms");
        add(TlsFault.TRUNCATED, server -> {
            trusting(server).truncate();
            return OptionalInt.empty();
        });
    }

    private void negotiations() {
        add(TlsFault.OLD_VERSION, openssl("-tls1_1", "-cipher", "ALL:@SECLEVEL=0"));
        add(TlsFault.NO_COMMON_CIPHER, openssl("-tls1_2", "-cipher", "AES128-SHA"));
        add(TlsFault.NO_COMMON_GROUP, openssl("-tls1_3", "-groups", "P-521:X448"));
        add(TlsFault.NO_COMMON_SIGNATURE, openssl("-tls1_3", "-sigalgs", "rsa_pss_rsae_sha256"));
        add(TlsFault.UNKNOWN_SERVER_NAME, openssl("-servername", "other.example.test"));
        set(TlsFault.UNKNOWN_SERVER_NAME, "tls.strict-sni", true);
        add(TlsFault.NO_APPLICATION_PROTOCOL, openssl("-alpn", "h2,http/1.1"));
        set(TlsFault.NO_APPLICATION_PROTOCOL, "tls.alpn", List.of("mqtt"));
    }

    /** What clients say of the server's certificate. */
    private void alerts() {
        add(TlsFault.ALERT_UNKNOWN_CA, openssl("-verify_return_error"));
        add(TlsFault.ALERT_BAD_CERTIFICATE, trusting("-verify_return_error", "-verify_hostname", "other.example.test"));
        add(TlsFault.ALERT_CERTIFICATE_EXPIRED, trusting("-verify_return_error", "-attime", inAYear()));
        add(TlsFault.ALERT_UNSUPPORTED_CERTIFICATE, trusting("-verify_return_error", "-purpose", "sslclient"));
        add(TlsFault.ALERT_CERTIFICATE_UNKNOWN, server -> {
            try {
                TlsClient.connect(server, new TestCa().clientContext(Optional.empty()));
            } catch (UncheckedIOException e) {
                // It does not trust the server.
            }
            return OptionalInt.empty();
        });
        add(TlsFault.ALERT_CERTIFICATE_REVOKED, alert(44));
        add(TlsFault.CLIENT_ALERT, alert(50));
    }

    private static String inAYear() {
        return Long.toString(Instant.now().plus(Duration.ofDays(365)).getEpochSecond());
    }

    private void clientCertificates() throws IOException {
        Instant now = Instant.now();
        Duration day = Duration.ofDays(1);
        CertificateSpec spec = CertificateSpec.client("pump-7");
        add(TlsFault.CLIENT_CERTIFICATE_MISSING, trusting());
        show(TlsFault.CLIENT_CERTIFICATE_EXPIRED, issue(spec.valid(now.minus(day), now.minusSeconds(60))));
        show(
                TlsFault.CLIENT_CERTIFICATE_NOT_YET_VALID,
                issue(spec.valid(now.plus(day), now.plus(day.multipliedBy(2)))));
        show(TlsFault.CLIENT_CERTIFICATE_UNKNOWN_CA, new TestCa().client("rogue"));
        show(TlsFault.CLIENT_CERTIFICATE_WRONG_USAGE, ca.server("pump-7.example.test"));
        show(TlsFault.CLIENT_CERTIFICATE_NOT_ALLOWED, ca.client("pump-7"));
        set(TlsFault.CLIENT_CERTIFICATE_NOT_ALLOWED, "tls.allowed-clients", List.of("dns:pump-8.example.test"));
        show(TlsFault.CLIENT_CERTIFICATE_BAD, outOfBounds());
        Identity revoked = ca.client("pump-7");
        show(TlsFault.CLIENT_CERTIFICATE_REVOKED, revoked);
        set(TlsFault.CLIENT_CERTIFICATE_REVOKED, "tls.client-crl", list("crl.pem", now, revoked.leaf()));
        show(TlsFault.CLIENT_CRL_MISSING, ca.client("pump-7"));
        set(TlsFault.CLIENT_CRL_MISSING, "tls.client-crl", list("old.pem", now.minus(day)));
        for (TlsFault fault : TlsFault.values()) {
            if (fault.name().startsWith("CLIENT_C")) {
                set(fault, "tls.client-auth", "required");
                set(fault, "tls.client-ca", file("ca.pem"));
            }
        }
    }

    /** A list of an hour, half of which is over at this time. */
    private String list(String name, Instant at, X509Certificate... revoked) throws IOException {
        Duration half = Duration.ofMinutes(30);
        PemFiles.writeRevocationLists(
                directory.resolve(name),
                List.of(ca.authority().revocationList(at.minus(half), at.plus(half), revoked)));
        return file(name);
    }

    private Identity issue(CertificateSpec spec) {
        return ca.authority().issue(spec);
    }

    /** The intermediate may not issue for this name. */
    private Identity outOfBounds() {
        return ca.authority()
                .intermediate(CertificateSpec.authority("Narrow").permitted(List.of("example.test")))
                .issue(CertificateSpec.client("pump-7").names("pump-7.other.test"));
    }

    private void show(TlsFault fault, Identity identity) throws IOException {
        Path chain = directory.resolve(fault + ".pem");
        Path key = directory.resolve(fault + ".key");
        PemFiles.writeCertificates(chain, identity.chain());
        PemFiles.writeKey(key, identity.key());
        add(fault, trusting("-cert", chain.toString(), "-cert_chain", chain.toString(), "-key", key.toString()));
    }

    private void records() {
        add(TlsFault.BAD_RECORD, afterHandshake("1703030020" + "00".repeat(32)));
        add(TlsFault.RECORD_TOO_LONG, afterHandshake("170303ffff" + "00".repeat(32)));
        add(TlsFault.RENEGOTIATION, server -> {
            try (SSLSocket socket = sslSocket(server, "TLSv1.2")) {
                socket.startHandshake();
                socket.startHandshake();
                socket.getInputStream().read();
            } catch (IOException e) {
                // The server's answer.
            }
            return OptionalInt.empty();
        });
        add(TlsFault.EMPTY_RECORDS, server -> {
            try (SSLSocket socket = sslSocket(server, "TLSv1.3")) {
                for (int i = 0; i < 100; i++) {
                    socket.startHandshake(); // after the first: a KeyUpdate
                }
                socket.getInputStream().read();
            } catch (IOException e) {
                // The server's answer.
            }
            return OptionalInt.empty();
        });
    }

    private SSLSocket sslSocket(InetSocketAddress server, String version) throws IOException {
        SSLSocket socket = (SSLSocket) ca.clientContext(Optional.empty())
                .getSocketFactory()
                .createSocket(server.getAddress(), server.getPort());
        socket.setEnabledProtocols(new String[] {version});
        socket.setSoTimeout(TlsClient.PATIENCE_MILLIS);
        return socket;
    }

    private TlsClient trusting(InetSocketAddress server) {
        return TlsClient.connect(server, ca.clientContext(Optional.empty()));
    }

    private Client afterHandshake(String record) {
        return server -> {
            try (RawClient client = new RawClient(server);
                    SSLSocket tls = (SSLSocket) ca.clientContext(Optional.empty())
                            .getSocketFactory()
                            .createSocket(client.socket(), "localhost", server.getPort(), false)) {
                tls.startHandshake();
                client.send(HexFormat.of().parseHex(record)).receiveAll();
            }
            return OptionalInt.empty();
        };
    }

    private static Client alert(int description) {
        return server -> {
            try (RawClient client = new RawClient(server)) {
                client.send(HELLO).receive(5);
                client.send(new byte[] {21, 3, 3, 0, 2, 2, (byte) description}).receiveAll();
            }
            return OptionalInt.empty();
        };
    }

    private static Client send(String bytes) {
        return send(bytes.getBytes(ISO_8859_1));
    }

    private static Client send(byte[] bytes) {
        return server -> {
            try (RawClient client = new RawClient(server)) {
                return client.send(bytes).end().receiveAlert();
            }
        };
    }

    private Client trusting(String... options) {
        List<String> all = new ArrayList<>(List.of("-CAfile", file("ca.pem")));
        all.addAll(List.of(options));
        return openssl(all.toArray(new String[0]));
    }

    private Client openssl(String... options) {
        return server -> {
            List<String> command = new ArrayList<>(
                    List.of(OPENSSL, "s_client", "-ign_eof", "-connect", "127.0.0.1:" + server.getPort()));
            command.addAll(List.of(options));
            Path output = Files.createTempFile(directory, "openssl", ".txt");
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            process.getOutputStream().close();
            boolean ended = process.waitFor(TlsClient.PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
            process.destroyForcibly();
            String said = Files.readString(output, ISO_8859_1);
            if (!ended) {
                throw new AssertionError("openssl does not end: " + said);
            }
            Matcher alert = ALERT.matcher(said);
            return alert.find() ? OptionalInt.of(Integer.parseInt(alert.group(1))) : OptionalInt.empty();
        };
    }

    private static byte[] hello(String version, String extensions) {
        String body = version + "20".repeat(32) + "00" + "0004" + "1301c02b" + "0100"
                + (extensions.isEmpty() ? "" : String.format("%04x", extensions.length() / 2) + extensions);
        int length = body.length() / 2;
        return HexFormat.of().parseHex(String.format("160301%04x01%06x", length + 4, length) + body);
    }

    private String file(String name) {
        return directory.resolve(name).toString();
    }

    private void add(TlsFault fault, Client client) {
        all.put(fault, new Provocation(settings, client));
    }

    private void set(TlsFault fault, String key, Object value) {
        all.computeIfPresent(fault, (same, provocation) -> provocation.with(key, value));
    }
}

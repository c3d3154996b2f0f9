package io.penstock.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.penstock.testkit.TlsClient;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.List;
import java.util.Locale;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** {@code penstock serve}, accepting. Killed at the end of its test if that has not stopped it. */
final class Server implements AutoCloseable {
    private final Running running;
    private final Path state;
    private final int port;
    private final long toldPid;

    private Server(Running running, Path state, Config ready) {
        this.running = running;
        this.state = state;
        this.port = ready.getInt("port");
        this.toldPid = ready.getLong("pid");
    }

    static Path readyFile(Path state) {
        return state.resolve("ready.json");
    }

    /** Waits for the ready file. */
    static Server started(Running running, Path state) {
        try {
            Path ready = readyFile(state);
            running.await("the ready file", () -> Files.exists(ready));
            return new Server(running, state, ConfigFactory.parseFile(ready.toFile()));
        } catch (RuntimeException | Error e) {
            running.close();
            throw e;
        }
    }

    Running running() {
        return running;
    }

    int port() {
        return port;
    }

    /** The pid in the ready file. */
    long toldPid() {
        return toldPid;
    }

    Path readyFile() {
        return readyFile(state);
    }

    /** The development CA. */
    Path ca() {
        return state.resolve("home").resolve("dev-ca.pem");
    }

    /** What processors have printed. */
    String out() {
        return running.out();
    }

    /** The log, without the times. A reader can see half of a line, where one goes on into the next page of the file. */
    List<String> log() {
        String err = running.err();
        return err.substring(0, err.lastIndexOf('\n') + 1)
                .lines()
                .map(line -> line.replaceFirst("^\\d{4}-\\d\\d-\\d\\dT\\S+ ", ""))
                .toList();
    }

    /** The lines of the log that concern one connection, from the level on. */
    List<String> log(String connection) {
        return log().stream()
                .filter(line -> line.matches("\\S+ +" + connection + " .*"))
                .toList();
    }

    void awaitOut(String expected) {
        running.await("stdout " + expected, () -> out().equals(expected));
    }

    void awaitLog(String part) {
        running.await("the log says " + part, () -> log().stream().anyMatch(line -> line.contains(part)));
    }

    /** A client that trusts the development CA. */
    TlsClient connect() {
        return connect(context());
    }

    TlsClient connect(SSLContext context) {
        return TlsClient.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), context);
    }

    /** A context that trusts the development CA alone. */
    SSLContext context() {
        try (InputStream pem = Files.newInputStream(ca())) {
            KeyStore trusted = KeyStore.getInstance("PKCS12");
            trusted.load(null, null);
            trusted.setCertificateEntry(
                    "ca", CertificateFactory.getInstance("X.509").generateCertificate(pem));
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(trusted);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return context;
        } catch (IOException | GeneralSecurityException e) {
            throw new AssertionError("no trust in the development CA", e);
        }
    }

    void terminate() {
        running.process().destroy();
    }

    /** SIGTERM, and all that must hold after a stop in which the drain lost nothing and before which nothing failed. */
    void stopWithoutLoss() {
        stop();
        assertNoStackTrace(running.err());
    }

    /** SIGTERM, and all that must hold after a stop in which the drain lost nothing. */
    void stop() {
        terminate();
        assertThat(running.exit()).as(running.err()).isZero();
        assertThat(log()).last().isEqualTo("INFO  stopped, the drain lost nothing");
        assertThat(readyFile()).doesNotExist();
    }

    /** Neither frames of a stack nor names of exceptions are for operators. */
    static void assertNoStackTrace(String text) {
        assertThat(text.lines()).noneMatch(line -> line.startsWith("\tat ") || line.startsWith("Caused by:"));
        assertThat(text.toLowerCase(Locale.ROOT)).doesNotContain("exception").doesNotContain("outofmemory");
    }

    @Override
    public void close() {
        running.close();
    }
}

package io.penstock.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.protocol.CertificateEvent;
import io.penstock.protocol.CertificateEvent.Expiring;
import io.penstock.protocol.CertificateEvent.Refused;
import io.penstock.protocol.CertificateEvent.Reloaded;
import io.penstock.protocol.ConnectionEvent;
import io.penstock.protocol.InvalidSettingsException;
import io.penstock.server.FileReloader.Command;
import io.penstock.server.FileReloader.LookDue;
import io.penstock.server.FileReloader.Reload;
import io.penstock.server.FileReloader.TickDue;
import io.penstock.server.FileReloader.UpkeepDue;
import io.penstock.server.pki.CertificateAuthority;
import io.penstock.server.pki.CertificateSpec;
import io.penstock.server.pki.ClientAuth;
import io.penstock.server.pki.Identity;
import io.penstock.server.pki.IdentityFiles;
import io.penstock.server.pki.PemFiles;
import io.penstock.server.pki.TrustFiles;
import io.penstock.server.tls.CurrentTls;
import io.penstock.server.tls.TlsSettings;
import io.penstock.server.tls.TlsSource;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.pekko.actor.testkit.typed.javadsl.BehaviorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestInbox;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The actor without threads and timers: each look is a message of the test's. */
class FileReloaderTest {
    private static final CertificateAuthority CA = CertificateAuthority.create("Test CA");
    private static final CertificateAuthority BELOW = CA.intermediate("Below");

    private final Identity first = BELOW.server("www.example.org");
    private final Identity second = BELOW.server("www.example.org");
    private final List<CertificateEvent> events = new ArrayList<>();
    private final Path cert;
    private final Path key;
    private final Path clientCa;
    private final SetClock clock = new SetClock(Instant.now());
    private final List<String> upkeep = new ArrayList<>();
    private CurrentTls current;
    private BehaviorTestKit<Command> actor;

    FileReloaderTest(@TempDir Path dir) {
        this.cert = dir.resolve("cert.pem");
        this.key = dir.resolve("key.pem");
        this.clientCa = dir.resolve("ca.pem");
    }

    /** A wall clock that somebody sets. */
    private static final class SetClock extends Clock {
        private Instant now;

        SetClock(Instant now) {
            this.now = now;
        }

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }

    @BeforeEach
    void start() throws IOException {
        write(first);
        PemFiles.writeCertificates(clientCa, List.of(CA.certificate()));
        TlsSource source = TlsSource.load(
                        TlsSettings.of(IdentityFiles.of(cert, key), TrustFiles.of(ClientAuth.OPTIONAL, clientCa)),
                        Optional.empty(),
                        clock)
                .withUpkeep(() -> {
                    if (!upkeep.isEmpty()) {
                        throw new InvalidSettingsException(upkeep);
                    }
                });
        current = new CurrentTls(source.first());
        ConnectionEvent.Subscriber subscriber = new ConnectionEvent.Subscriber() {
            @Override
            public void on(ConnectionEvent event) {}

            @Override
            public void onCertificates(CertificateEvent event) {
                events.add(event);
            }
        };
        actor = BehaviorTestKit.create(
                FileReloader.create(new CertificateFiles(source, current, subscriber), Runnable::run));
    }

    private void write(Identity identity) throws IOException {
        PemFiles.writeCertificates(cert, identity.chain());
        PemFiles.writeKey(key, identity.key());
    }

    private void look() {
        run(new LookDue());
    }

    private void run(Command command) {
        actor.run(command);
        while (actor.selfInbox().hasMessages()) {
            actor.runOne();
        }
    }

    private ReloadResult reload() {
        TestInbox<ReloadResult> answer = TestInbox.create();
        run(new Reload(answer.getRef()));
        return answer.receiveMessage();
    }

    private X509Certificate shown() {
        return current.context().identities().members().get(0).identity().leaf();
    }

    @Nested
    class Watching {
        @Test
        void saysNothingWhileNothingChanges() {
            look();
            look();

            assertThat(events).isEmpty();
        }

        @Test
        void takesOverAChangeThatHasHeldForOneMoreLook() throws IOException {
            write(second);
            look();
            assertThat(shown()).isEqualTo(first.leaf());

            look();

            assertThat(shown()).isEqualTo(second.leaf());
            assertThat(events).containsExactly(new Reloaded(List.of(second.summary()), List.of()));
            assertThat(second.summary())
                    .startsWith("CN=www.example.org (www.example.org), serial ")
                    .contains(", expires 20");
        }

        @Test
        void doesNotComplainOfAHalfWrittenPair() throws IOException {
            PemFiles.writeCertificates(cert, second.chain());
            look();
            PemFiles.writeKey(key, second.key());
            look();
            look();
            look();

            assertThat(events).containsExactly(new Reloaded(List.of(second.summary()), List.of()));
        }

        @Test
        void followsLinksThatAreSwapped() throws IOException {
            Path archive = Files.createDirectory(cert.resolveSibling("archive"));
            Path cert2 = archive.resolve("cert2.pem");
            Path key2 = archive.resolve("key2.pem");
            PemFiles.writeCertificates(cert2, second.chain());
            PemFiles.writeKey(key2, second.key());
            swap(cert, cert2);
            swap(key, key2);
            look();
            look();

            assertThat(shown()).isEqualTo(second.leaf());
        }

        private void swap(Path link, Path target) throws IOException {
            Path aside = link.resolveSibling("aside");
            Files.createSymbolicLink(aside, target);
            Files.move(aside, link, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        }

        @Test
        void isContentWithANewFileOfTheSameContent() throws IOException {
            byte[] content = Files.readAllBytes(cert);
            Files.delete(cert);
            Files.write(cert, content);
            look();
            look();

            assertThat(events).isEmpty();
        }

        @Test
        void takesOverAnotherClientCa() throws IOException {
            PemFiles.writeCertificates(
                    clientCa, List.of(CertificateAuthority.create("Other").certificate()));
            look();
            look();

            assertThat(events).containsExactly(new Reloaded(List.of(), List.of()));
        }
    }

    enum Damage {
        EMPTY("the file is empty"),
        TRUNCATED(""),
        OTHER_KEY("do not belong together"),
        EXPIRED("expired on"),
        UNREADABLE("it is a directory"),
        MISSING("there is nothing at");

        private final String words;

        Damage(String words) {
            this.words = words;
        }
    }

    @Nested
    class Refusing {
        private void damage(Damage damage) throws IOException {
            switch (damage) {
                case EMPTY -> Files.write(cert, new byte[0]);
                case TRUNCATED -> {
                    String text = Files.readString(cert);
                    Files.writeString(cert, text.substring(0, text.length() / 3), StandardCharsets.US_ASCII);
                }
                case OTHER_KEY -> PemFiles.writeKey(key, second.key());
                case EXPIRED -> {
                    Instant then = Instant.parse("2020-01-01T00:00:00Z");
                    write(BELOW.issue(CertificateSpec.server("www.example.org").valid(then, then.plusSeconds(60))));
                }
                case UNREADABLE -> {
                    Files.delete(cert);
                    Files.createDirectory(cert);
                }
                case MISSING -> Files.delete(cert);
            }
        }

        @ParameterizedTest
        @EnumSource(Damage.class)
        void keepsTheOldAndSaysSoOnceUntilItIsMended(Damage damage) throws IOException {
            damage(damage);
            look();
            look();
            look();
            look();

            assertThat(shown()).isEqualTo(first.leaf());
            assertThat(events)
                    .singleElement()
                    .isInstanceOfSatisfying(
                            Refused.class,
                            e -> assertThat(e.problems())
                                    .singleElement()
                                    .asString()
                                    .startsWith("penstock.tls.")
                                    .contains(damage.words));

            events.clear();
            Files.deleteIfExists(cert);
            write(second);
            look();
            look();

            assertThat(shown()).isEqualTo(second.leaf());
            assertThat(events).containsExactly(new Reloaded(List.of(second.summary()), List.of()));
        }
    }

    @Nested
    class OnRequest {
        @Test
        void takesOverAChangeAtOnce() throws IOException {
            write(second);

            assertThat(reload()).isEqualTo(new ReloadResult.Reloaded(List.of(second.summary())));
            assertThat(shown()).isEqualTo(second.leaf());
            look();
            look();
            assertThat(events).hasSize(1);
        }

        @Test
        void saysThatNothingHasChanged() {
            assertThat(reload()).isEqualTo(new ReloadResult.Unchanged());
            assertThat(events).isEmpty();
        }

        @Test
        void saysEachTimeWhatIsWrong() throws IOException {
            Files.write(cert, new byte[0]);

            assertThat(reload()).isInstanceOf(ReloadResult.Refused.class);
            assertThat(reload()).isInstanceOf(ReloadResult.Refused.class);
            assertThat(events).hasSize(2);
        }
    }

    @Nested
    class Expiry {
        private Expiring expiring(String when) {
            Instant until = first.leaf().getNotAfter().toInstant();
            boolean expired = when.isEmpty();
            return new Expiring(
                    "penstock.tls.cert: " + cert + " (CN=www.example.org "
                            + (expired
                                    ? "expired on " + until + " and clients refuse it"
                                    : "expires in " + when + ", on " + until)
                            + "; remedy: renew it)",
                    expired);
        }

        private void daysBefore(int days) {
            clock.now = first.leaf().getNotAfter().toInstant().minus(Duration.ofDays(days));
            run(new TickDue());
            run(new TickDue());
        }

        @Test
        void isToldOnceForEachStep() {
            for (int days : new int[] {31, 30, 29, 14, 10, 7, 2, 1, 0, -1}) {
                daysBefore(days);
            }

            assertThat(events)
                    .containsExactly(
                            expiring("30 days"),
                            expiring("14 days"),
                            expiring("7 days"),
                            expiring("1 day"),
                            expiring(""));
        }

        @Test
        void isJudgedAnewWhenTheClockIsSet() {
            daysBefore(1);
            daysBefore(60);
            daysBefore(30);

            assertThat(events).containsExactly(expiring("1 day"), expiring("30 days"));
        }

        @Test
        void endsWithTheRenewal() throws IOException {
            daysBefore(7);
            events.clear();
            clock.now = Instant.now();
            write(second);
            reload();
            events.clear();
            run(new TickDue());

            assertThat(events).isEmpty();
        }
    }

    @Test
    void saysOnceThatTheFilesCannotBeKeptInOrder() {
        run(new UpkeepDue());
        upkeep.add("development certificate: /nowhere (expected: a directory)");
        run(new UpkeepDue());
        run(new UpkeepDue());

        assertThat(events).containsExactly(new Refused(upkeep));
    }
}

package io.penstock.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.penstock.protocol.ConnectionEvent;
import io.penstock.protocol.ConnectionEvent.ListsRefused;
import io.penstock.protocol.ConnectionEvent.ListsReloaded;
import io.penstock.protocol.InvalidSettingsException;
import io.penstock.server.FileReloader.Command;
import io.penstock.server.FileReloader.LookDue;
import io.penstock.server.FileReloader.Reload;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.pekko.actor.testkit.typed.javadsl.BehaviorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestInbox;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AddressListSourceTest {
    private final Path deny;
    private final Path allow;

    AddressListSourceTest(@TempDir Path dir) {
        deny = dir.resolve("deny.txt");
        allow = dir.resolve("allow.txt");
    }

    private static AddressListSettings settings(String... settings) {
        return ServerSettings.from(Harness.config("plaintext = true\nadmission {" + String.join("\n", settings) + "}"))
                .admission()
                .lists();
    }

    private AddressListSettings files() {
        return settings("deny-file = \"" + deny + "\"", "allow-file = \"" + allow + "\"");
    }

    private static List<String> problems(AddressListSettings settings) {
        try {
            AddressListSource.load(settings);
            throw new AssertionError("nothing is wrong");
        } catch (InvalidSettingsException e) {
            return e.problems();
        }
    }

    private static boolean admits(AddressLists lists, String address) throws IOException {
        return lists.objection(InetAddress.getByName(address)).isEmpty();
    }

    @Test
    void aFileHoldsARangeOnEachLineAndComments() throws IOException {
        Files.writeString(deny, "# scanners\n\n198.51.100.0/24  # since May\r\n 2001:db8::/32\n");
        Files.writeString(allow, "198.51.100.0/23");
        AddressLists lists = AddressListSource.load(files()).first();
        assertThat(admits(lists, "198.51.100.1")).isFalse();
        assertThat(admits(lists, "198.51.101.1")).isTrue();
        assertThat(admits(lists, "192.0.2.7")).isFalse();
    }

    @Test
    void addsToWhatStandsInTheConfiguration() throws IOException {
        Files.writeString(deny, "198.51.100.1\n");
        AddressLists lists = AddressListSource.load(settings("deny = [\"192.0.2.7\"]", "deny-file = \"" + deny + "\""))
                .first();
        assertThat(admits(lists, "198.51.100.1")).isFalse();
        assertThat(admits(lists, "192.0.2.7")).isFalse();
        assertThat(admits(lists, "192.0.2.8")).isTrue();
    }

    @Test
    void namesEveryWrongLineOfEveryFile() throws IOException {
        Files.writeString(deny, "198.51.100.0/24\n198.51.100.1/24\n\nexample.org\n");
        assertThat(problems(files()))
                .containsExactly(
                        "penstock.admission.allow-file: " + allow + ": there is no such file",
                        "penstock.admission.deny-file: " + deny
                                + ": 2: 198.51.100.1/24 (expected: 198.51.100.0/24, or 198.51.100.1 for the one address)",
                        "penstock.admission.deny-file: " + deny
                                + ": 4: example.org (expected: an IPv4 or IPv6 address, and maybe the length of a prefix)");
    }

    @Test
    void doesNotNameHundredsOfThem() throws IOException {
        Files.writeString(
                deny, IntStream.range(0, 1000).mapToObj(i -> "host" + i + "\n").collect(Collectors.joining()));
        assertThat(problems(settings("deny-file = \"" + deny + "\"")))
                .hasSize(21)
                .last()
                .isEqualTo("penstock.admission.deny-file: " + deny + ": 980 more lines like these");
    }

    @Test
    void anEmptyFileDoesNotAllowEverybody() throws IOException {
        Files.writeString(allow, "# to be filled\n");
        assertThat(problems(settings("allow-file = \"" + allow + "\"")))
                .containsExactly("penstock.admission.allow-file: " + allow
                        + ": nobody is allowed (expected: at least one address; without the key everybody is allowed)");
    }

    @Test
    void aWrongRangeInTheConfigurationIsNamedWithItsKey() {
        InvalidSettingsException wrong =
                catchThrowableOfType(InvalidSettingsException.class, () -> settings("deny = \"10.0.0.1/8, ::1, x\""));
        assertThat(wrong.problems())
                .satisfiesExactly(
                        first -> assertThat(first)
                                .startsWith("penstock.admission.deny: 10.0.0.1/8 (expected: 10.0.0.0/8, or"),
                        second -> assertThat(second).startsWith("penstock.admission.deny: x (expected: "));
    }

    @Nested
    class Reloading {
        private final List<ConnectionEvent> events = new ArrayList<>();
        private final AtomicReference<AddressLists> current = new AtomicReference<>();
        private BehaviorTestKit<Command> actor;

        @BeforeEach
        void start() throws IOException {
            Files.writeString(deny, "192.0.2.7\n");
            AddressListSource source = AddressListSource.load(settings("deny-file = \"" + deny + "\""));
            current.set(source.first());
            actor = BehaviorTestKit.create(
                    FileReloader.create(new AddressListFiles("default", source, current, events::add), Runnable::run));
        }

        private AddressLists inUse() {
            return Objects.requireNonNull(current.get());
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

        @Test
        void takesOverAChangeThatHasHeldForOneMoreLook() throws IOException {
            Files.writeString(deny, "192.0.2.7\n192.0.2.8\n");
            run(new LookDue());
            assertThat(admits(inUse(), "192.0.2.8")).isTrue();
            run(new LookDue());
            assertThat(admits(inUse(), "192.0.2.8")).isFalse();
            assertThat(events).containsExactly(new ListsReloaded("default", 0, 2));
        }

        @Test
        void keepsTheOldListWhileTheFileIsBrokenAndSaysSoOnce() throws IOException {
            Files.writeString(deny, "192.0.2.7/24\n");
            run(new LookDue());
            run(new LookDue());
            run(new LookDue());
            run(new LookDue());
            assertThat(admits(inUse(), "192.0.2.7")).isFalse();
            assertThat(events)
                    .containsExactly(new ListsRefused(
                            "default",
                            List.of("penstock.admission.deny-file: " + deny
                                    + ": 1: 192.0.2.7/24 (expected: 192.0.2.0/24, or 192.0.2.7 for the one address)")));
        }

        @Test
        void answersWhoAsks() throws IOException {
            assertThat(reload()).isEqualTo(new ReloadResult.Unchanged());
            Files.writeString(deny, "");
            assertThat(reload()).isEqualTo(new ReloadResult.Reloaded(List.of()));
            Files.delete(deny);
            assertThat(reload()).isInstanceOf(ReloadResult.Refused.class);
            assertThat(admits(inUse(), "192.0.2.7")).isTrue();
        }
    }
}

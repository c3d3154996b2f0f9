package io.penstock.processor;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.penstock.processor.QuarantineFiles.Content;
import io.penstock.processor.QuarantineSettings.WhenFull;
import io.penstock.protocol.QuarantineProtocol.Item;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QuarantineStoreTest {
    private final RecordingLayer layer = new RecordingLayer(DiskLayer.ofOwner());
    private final SteppedClock clock = new SteppedClock(Items.TIME);

    @TempDir
    private Path home;

    private QuarantineStore open(QuarantineSettings settings) throws IOException {
        return QuarantineStore.open(directory(), settings, layer, clock);
    }

    private Path directory() {
        return home.resolve("quarantine");
    }

    private QuarantineFiles files() {
        return new QuarantineFiles(directory());
    }

    private Content only() throws IOException {
        List<String> ids = files().kept();
        assertThat(ids).hasSize(1);
        return files().content(ids.get(0)).orElseThrow();
    }

    private List<String> payloads() throws IOException {
        List<String> payloads = new java.util.ArrayList<>();
        for (String id : files().kept()) {
            payloads.add(files().content(id).orElseThrow().payload().utf8String());
        }
        return payloads;
    }

    private static void putAll(QuarantineStore store, String... payloads) throws IOException {
        for (String payload : payloads) {
            store.put(Items.item(payload));
        }
        store.commit();
    }

    @Nested
    class Writing {
        @Test
        void writesForcesRenamesAndThenForcesTheDirectory() throws IOException {
            try (QuarantineStore store = open(Items.settings())) {
                layer.calls.clear();

                store.put(Items.item("poison"));
                store.commit();

                String id = files().kept().get(0);
                assertThat(layer.calls).hasSize(7);
                assertThat(layer.calls.get(0)).isEqualTo("open ." + id + ".draft");
                assertThat(layer.calls.get(1)).startsWith("write ");
                assertThat(layer.calls.subList(2, 7))
                        .containsExactly(
                                "write 6",
                                "force",
                                "close",
                                "move ." + id + ".draft " + id + ".frame",
                                "force directory quarantine");
            }
        }

        @Test
        void sharesTheDirectorysForceAmongTheFramesOfAGroup() throws IOException {
            try (QuarantineStore store = open(Items.settings())) {
                layer.calls.clear();

                putAll(store, "a", "b", "c");

                assertThat(layer.calls)
                        .filteredOn(call -> call.startsWith("force directory"))
                        .hasSize(1);
                assertThat(layer.calls).last().isEqualTo("force directory quarantine");
            }
        }

        @Test
        void keepsThePayloadByteForByte() throws IOException {
            ByteString payload = ByteString.fromArray("\n\u0000\u00ff\r\n{}\u001b".getBytes(ISO_8859_1));
            try (QuarantineStore store = open(Items.settings())) {
                Item item = Items.item("");
                store.put(new Item(item.time(), item.connection(), item.reason(), item.detail(), payload));
            }

            assertThat(only().payload()).isEqualTo(payload);
        }

        @Test
        void keepsWhoseItWasAndWhy() throws IOException {
            try (QuarantineStore store = open(Items.settings())) {
                store.put(Items.of("12345", "CN=pump-7"));
            }

            QuarantineEntry entry = only().entry();

            assertThat(entry).isEqualTo(QuarantineEntry.of(entry.id(), Items.of("12345", "CN=pump-7"), true));
            assertThat(entry.peer()).isEqualTo("[2001:db8:0:0:0:0:0:7]:51234");
            assertThat(entry.size()).isEqualTo(5);
        }

        @Test
        void leavesThePayloadOutWhenToldTo() throws IOException {
            try (QuarantineStore store = open(Items.withoutPayload())) {
                store.put(Items.item("secret"));
            }

            assertThat(only().payload().isEmpty()).isTrue();
            assertThat(only().entry().payloadKept()).isFalse();
            assertThat(only().entry().size()).isEqualTo(6);
            assertThat(files().keptFile(only().entry().id())).content().doesNotContain("secret");
        }

        @Test
        void makesFilesAndDirectoriesForTheOwnerAlone() throws IOException {
            assumeTrue(Files.getFileStore(home).supportsFileAttributeView("posix"));
            try (QuarantineStore store = open(Items.settings())) {
                store.put(Items.item("a"));
            }

            assertThat(mode(directory())).isEqualTo("rwx------");
            assertThat(mode(directory().resolve("replay"))).isEqualTo("rwx------");
            assertThat(mode(files().keptFile(only().entry().id()))).isEqualTo("rw-------");
        }

        private String mode(Path path) throws IOException {
            return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
        }

        @Test
        void namesSortByTimeAndAreUnique() throws IOException {
            try (QuarantineStore store = open(Items.settings())) {
                store.put(Items.item("later", Items.TIME.plusNanos(1000)));
                putAll(store, "first", "second");
            }

            assertThat(payloads()).containsExactly("first", "second", "later");
            assertThat(files().kept().get(0))
                    .isEqualTo(
                            "20261123T075312.123456Z-" + ProcessHandle.current().pid() + "-2");
        }
    }

    @Nested
    class HostileFields {
        private static final String NASTY = "CN=\n{\"id\":1}\u001b[2J\u009b\u202e../../../etc\ud800\u007f";

        @Test
        void stayInTheirMemberInPrintableAscii() throws IOException {
            try (QuarantineStore store = open(Items.settings())) {
                store.put(Items.of("x", NASTY));
            }

            String file = Files.readString(files().keptFile(files().kept().get(0)), ISO_8859_1);
            assertThat(file.lines().toList()).hasSize(2);
            assertThat(file.lines().findFirst().orElseThrow()).matches("[ -~]+");
            assertThat(only().entry().tls()).isEqualTo(Items.tls(NASTY));
        }

        @Test
        void aDetailWithoutEndIsCut() throws IOException {
            Item item = Items.item("x");
            try (QuarantineStore store = open(Items.settings())) {
                store.put(new Item(item.time(), item.connection(), "r", "y".repeat(1 << 20), item.payload()));
            }

            assertThat(only().entry().detail()).hasSize(2001).endsWith("y…");
        }

        @Test
        void anIdThatIsAPathNamesNothing() throws IOException {
            open(Items.settings()).close();
            Files.writeString(home.resolve("x.frame"), "x");

            assertThat(files().content("../x")).isEmpty();
            assertThat(files().entry("..")).isEmpty();
        }
    }

    @Nested
    class Damage {
        @Test
        void aCutFileIsSaidToBeDamaged() throws IOException {
            try (QuarantineStore store = open(Items.settings())) {
                putAll(store, "12345");
            }
            String id = files().kept().get(0);
            byte[] whole = Files.readAllBytes(files().keptFile(id));
            Files.write(files().keptFile(id), java.util.Arrays.copyOf(whole, whole.length - 1));

            assertThatThrownBy(() -> files().entry(id))
                    .hasMessage("its name or its length is not what its first line says");
        }

        @Test
        void aFileThatIsNoneIsSaidToBeDamaged() throws IOException {
            open(Items.settings()).close();
            String id = EntryId.of(Items.TIME, 1, 1);
            for (String content : List.of("", "x\n", "{}\n", "[]\n", "{\"version\":2}\n", "{\"version\":\"1\"}\n")) {
                Files.writeString(files().keptFile(id), content);

                assertThatThrownBy(() -> files().entry(id)).as(content).isInstanceOf(IOException.class);
            }
        }

        @Test
        void leftoversOfACrashAreRemovedAtTheStart() throws IOException {
            open(Items.settings()).close();
            Path draft = files().draftFile(EntryId.of(Items.TIME, 1, 1));
            Files.writeString(draft, "{\"half");

            open(Items.settings()).close();

            assertThat(draft).doesNotExist();
        }

        @Test
        void aFullDiskLeavesNothingBehindAndIsFreeAgainLater() throws IOException {
            try (QuarantineStore store = open(Items.settings())) {
                layer.space = 10;
                assertThatThrownBy(() -> store.put(Items.item("a"))).hasMessageContaining("No space left");
                assertThat(directory()).isDirectoryNotContaining("glob:**.{draft,frame}");

                layer.space = Long.MAX_VALUE;
                putAll(store, "b");
            }

            assertThat(payloads()).containsExactly("b");
        }

        @Test
        void whatTheDirectorysForceFailsForIsNotKept() throws IOException {
            try (QuarantineStore store = open(Items.settings())) {
                store.put(Items.item("a"));
                layer.forceDirectoryFails = true;

                assertThatThrownBy(store::commit).hasMessageContaining("Input/output error");
                assertThat(payloads()).isEmpty();
            }
        }
    }

    @Nested
    class Room {
        @Test
        void refusesWhatHasNone() throws IOException {
            try (QuarantineStore store = open(Items.limited(2, WhenFull.REFUSE))) {
                putAll(store, "a", "b");

                assertThatThrownBy(() -> store.put(Items.item("c")))
                        .hasMessage("the quarantine is full: 8192 of 8192 bytes (quarantine.max-size), and the frame"
                                + " needs 4096");
            }

            assertThat(payloads()).containsExactly("a", "b");
        }

        @Test
        void noticesThatSomebodyHasMadeRoom() throws IOException {
            try (QuarantineStore store = open(Items.limited(2, WhenFull.REFUSE))) {
                putAll(store, "a", "b");
                Files.delete(files().keptFile(files().kept().get(0)));
                clock.now = clock.now.plus(Duration.ofSeconds(2));

                putAll(store, "c");
            }

            assertThat(payloads()).containsExactly("b", "c");
        }

        @Test
        void countsWhatWasThereBeforeAndWhatWaits() throws IOException {
            try (QuarantineStore store = open(Items.settings())) {
                putAll(store, "a", "b");
            }
            files().handOver(files().kept().get(0));

            try (QuarantineStore store = open(Items.limited(2, WhenFull.REFUSE))) {
                assertThatThrownBy(() -> store.put(Items.item("c"))).hasMessageContaining("full");
            }
        }

        @Test
        void dropsTheOldestButNotWhatWaits() throws IOException {
            try (QuarantineStore store = open(Items.limited(3, WhenFull.DROP_OLDEST))) {
                putAll(store, "waits", "b", "c");
                files().handOver(files().kept().get(0));

                putAll(store, "d", "e");
            }

            assertThat(payloads()).containsExactly("d", "e");
            assertThat(files().waiting()).hasSize(1);
        }

        @Test
        void dropsNothingForAFrameThatFitsInNoCase() throws IOException {
            try (QuarantineStore store = open(Items.limited(2, WhenFull.DROP_OLDEST))) {
                putAll(store, "a");

                assertThatThrownBy(() -> store.put(Items.item("x".repeat(9000))))
                        .hasMessageContaining("full");
            }

            assertThat(payloads()).containsExactly("a");
        }

        @Test
        void deletesWhatIsTooOld() throws IOException {
            try (QuarantineStore store = open(Items.keptFor(Duration.ofHours(1)))) {
                putAll(store, "old");
                store.put(Items.item("new", Items.TIME.plus(Duration.ofMinutes(30))));
                clock.now = clock.now.plus(Duration.ofMinutes(61));

                store.expire();
            }

            assertThat(payloads()).containsExactly("new");
        }
    }

    @Nested
    class Sharing {
        @Test
        void aSecondStoreIsRefused() throws IOException {
            try (QuarantineStore store = open(Items.settings())) {
                assertThat(store.files().isServed()).isTrue();
                assertThatThrownBy(() -> open(Items.settings())).hasMessageContaining("holds the lock");
            }

            assertThat(files().isServed()).isFalse();
        }

        @Test
        void aSecondProcessIsRefused() throws IOException, InterruptedException, URISyntaxException {
            open(Items.settings()).close();
            Process holder = LockHolder.start(files().lock());
            try {
                assertThat(files().isServed()).isTrue();
                assertThatThrownBy(() -> open(Items.settings())).hasMessageContaining("process " + holder.pid());
            } finally {
                holder.getOutputStream().close();
                holder.waitFor();
            }
            open(Items.settings()).close();
        }
    }

    @Nested
    class Returning {
        @Test
        void whatIsDoneIsGone() throws IOException {
            try (QuarantineStore store = open(Items.settings())) {
                putAll(store, "a");
                String id = handOver();

                store.replayed(id);
            }

            assertThat(files().kept()).isEmpty();
            assertThat(files().waiting()).isEmpty();
        }

        @Test
        void whatFailedAgainIsKeptWithItsNewReason() throws IOException {
            try (QuarantineStore store = open(Items.settings())) {
                putAll(store, "a");
                String id = handOver();
                Content content = files().content(id).orElseThrow();

                store.takeBack(content, content.entry().failedAgain("still poison"));
            }

            assertThat(files().waiting()).isEmpty();
            assertThat(only().payload().utf8String()).isEqualTo("a");
            assertThat(only().entry().detail()).isEqualTo("still poison");
            assertThat(only().entry().attempts()).isEqualTo(1);
        }

        @Test
        void onAFullDiskItIsKeptAsItWas() throws IOException {
            try (QuarantineStore store = open(Items.settings())) {
                putAll(store, "a");
                String id = handOver();
                Content content = files().content(id).orElseThrow();
                layer.space = 0;

                store.takeBack(content, content.entry().failedAgain("still poison"));
            }

            assertThat(files().waiting()).isEmpty();
            assertThat(only().entry().detail()).isEqualTo("it is poison");
        }

        @Test
        void itIsThereHoweverOftenTheDirectoryCannotBeForced() throws IOException {
            try (QuarantineStore store = open(Items.settings())) {
                putAll(store, "a");
                Content content = files().content(handOver()).orElseThrow();
                QuarantineEntry now = content.entry().failedAgain("still poison");
                layer.forceDirectoryFails = true;
                for (int i = 0; i < 2; i++) {
                    assertThatThrownBy(() -> store.takeBack(content, now)).isInstanceOf(IOException.class);
                    assertThat(files().all()).hasSize(1);
                }
                layer.forceDirectoryFails = false;

                store.takeBack(content, now);
            }

            assertThat(files().waiting()).isEmpty();
            assertThat(only().payload().utf8String()).isEqualTo("a");
        }

        private String handOver() throws IOException {
            String id = files().kept().get(0);
            files().handOver(id);
            assertThat(files().waiting()).containsExactly(id);
            return id;
        }
    }
}

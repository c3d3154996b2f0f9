package io.penstock.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.server.Verdict.Close;
import io.penstock.server.Verdict.Refuse;
import io.penstock.server.Verdict.Wait;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/** With a clock that only the test moves. */
class AdmissionTest {
    private static final long SECOND = 1_000_000_000;
    private static final int MANY = 1000;

    /** About to overflow, as a monotonic clock may be. */
    private long now = Long.MAX_VALUE - SECOND / 2;

    private AddressLists lists = AddressLists.EVERYBODY;
    private Optional<String> outage = Optional.empty();
    private long connections;

    private Admission admission(int maxConnections, String... settings) {
        AdmissionSettings read = ServerSettings.from(
                        Harness.config("plaintext = true\nadmission {" + String.join("\n", settings) + "}"))
                .admission();
        return new Admission(read, maxConnections, () -> lists, peer -> peer.equals(address("192.0.2.100")), () -> now);
    }

    private static InetAddress address(String text) {
        try {
            return InetAddress.getByName(text);
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    /** As the listener does. */
    private Verdict connect(Admission admission, String peer) {
        Verdict verdict = admission.judge(address(peer), outage);
        if (verdict.equals(Verdict.ADMIT)) {
            connections++;
            admission.admitted(connections, address(peer));
        }
        return verdict;
    }

    private int admitted(Admission admission, int attempts, String peer) {
        int admitted = 0;
        for (int i = 0; i < attempts; i++) {
            admitted += connect(admission, peer).equals(Verdict.ADMIT) ? 1 : 0;
        }
        return admitted;
    }

    private static AddressList list(String... ranges) {
        return new AddressList(List.of(ranges).stream().map(AddressRange::parse).toList());
    }

    @Test
    void admitsEverybodyByDefault() {
        assertThat(admitted(admission(MANY), MANY, "192.0.2.7")).isEqualTo(MANY);
    }

    @Nested
    class Lists {
        @Test
        void denyBeforeTheyAllow() {
            lists = new AddressLists(list("192.0.2.0/24"), list("192.0.2.7"));
            Admission admission = admission(MANY);
            assertThat(connect(admission, "192.0.2.8")).isEqualTo(Verdict.ADMIT);
            assertThat(connect(admission, "192.0.2.7")).isEqualTo(new Refuse("admission.deny", "192.0.2.7 is denied"));
            assertThat(connect(admission, "198.51.100.1"))
                    .isEqualTo(new Refuse("admission.allow", "the address is not among those that are allowed"));
        }

        @Test
        void holdFromTheMomentTheyAreReplaced() {
            Admission admission = admission(MANY);
            connect(admission, "192.0.2.7");
            lists = new AddressLists(AddressList.NOBODY, list("192.0.2.7"));
            assertThat(connect(admission, "192.0.2.7")).isInstanceOf(Refuse.class);
        }
    }

    @Test
    void theFirstThatObjectsDecides() {
        Admission admission = admission(1, "rate = 1", "address-rate = 1", "address-connections = 1");
        connect(admission, "192.0.2.7");
        lists = new AddressLists(AddressList.NOBODY, list("192.0.2.7"));
        outage = Optional.of("disk full");

        assertThat(connect(admission, "192.0.2.7")).extracting("limit").isEqualTo("admission.deny");
        lists = AddressLists.EVERYBODY;
        assertThat(connect(admission, "192.0.2.7"))
                .isEqualTo(new Refuse("circuit.connections", "the processor is unavailable: disk full"));
        outage = Optional.empty();
        assertThat(connect(admission, "192.0.2.7"))
                .isEqualTo(new Refuse("admission.rate", "more than 1 new connections a second"));
        now += SECOND;
        assertThat(connect(admission, "192.0.2.7")).isEqualTo(new Refuse("max-connections", "1 connections are open"));
    }

    @Nested
    class Rates {
        @Test
        void letOneSecondsWorthInAtOnceAndThenOneForEachPartOfASecond() {
            Admission admission = admission(MANY, "rate = 10");
            assertThat(admitted(admission, 50, "192.0.2.7")).isEqualTo(10);
            now += SECOND / 10 - 1;
            assertThat(admitted(admission, 50, "192.0.2.7")).isZero();
            now += 1;
            assertThat(admitted(admission, 50, "192.0.2.7")).isEqualTo(1);
            now += SECOND;
            assertThat(admitted(admission, 50, "192.0.2.7")).isEqualTo(10);
            now += 100 * SECOND;
            assertThat(admitted(admission, 50, "192.0.2.7")).isEqualTo(10);
        }

        @Test
        void ofOneAddressLeaveOthersAlone() {
            Admission admission = admission(MANY, "address-rate = 3");
            assertThat(admitted(admission, 10, "2001:db8::1")).isEqualTo(3);
            assertThat(connect(admission, "2001:db8::2"))
                    .isEqualTo(new Refuse(
                            "admission.address-rate", "more than 3 new connections a second from 2001:db8::/64"));
            assertThat(admitted(admission, 10, "2001:db8:0:1::1")).isEqualTo(3);
            assertThat(admitted(admission, 10, "192.0.2.7")).isEqualTo(3);
        }

        @Test
        void areNotUsedUpByWhoIsTurnedAway() {
            Admission admission = admission(MANY, "rate = 4", "address-rate = 2");
            assertThat(admitted(admission, 100, "192.0.2.7")).isEqualTo(2);
            assertThat(admitted(admission, 100, "192.0.2.8")).isEqualTo(2);
        }

        /** In any second of whatever comes, no more than two seconds' worth: what was saved up, and what has come since. */
        @RepeatedTest(20)
        void areKept() {
            Random random = new Random();
            int rate = 1 + random.nextInt(200);
            Admission admission = admission(Integer.MAX_VALUE, "rate = " + rate);
            long start = now;
            int admitted = 0;
            for (int i = 0; i < 1000; i++) {
                now += random.nextInt((int) SECOND / rate);
                admitted += admitted(admission, random.nextInt(3), "192.0.2.7");
                assertThat(admitted).isLessThanOrEqualTo((int) (rate + rate * ((now - start) / (double) SECOND)) + 1);
            }
        }

        @Test
        void makeWaitUntilThereIsRoom() {
            Admission admission = admission(MANY, "rate = 4", "at-rate = wait");
            for (int i = 0; i < 4; i++) {
                assertThat(admission.room()).isEqualTo(Verdict.ADMIT);
                connect(admission, "192.0.2.7");
            }
            assertThat(admission.room())
                    .isEqualTo(new Wait("admission.rate", "more than 4 new connections a second", SECOND / 4));
            now += SECOND / 4;
            assertThat(admission.room()).isEqualTo(Verdict.ADMIT);
        }

        @Test
        void ofOneAddressRefuseWhereOthersWait() {
            Admission admission = admission(MANY, "address-rate = 1", "at-rate = wait");
            connect(admission, "192.0.2.7");
            assertThat(admission.room()).isEqualTo(Verdict.ADMIT);
            assertThat(connect(admission, "192.0.2.7")).isInstanceOf(Refuse.class);
        }

        @Test
        void closeInOrderWhereThatIsAskedFor() {
            Admission admission = admission(MANY, "rate = 1", "at-rate = close");
            connect(admission, "192.0.2.7");
            assertThat(connect(admission, "192.0.2.7"))
                    .isEqualTo(new Close("admission.rate", "more than 1 new connections a second"));
        }

        @Test
        void forgetAddressesWhoseBucketIsFull() {
            AddressRates rates = new AddressRates(new Rate(5));
            for (int i = 0; i < 100; i++) {
                rates.take(AddressRange.parse("192.0.2." + i), now);
            }
            assertThat(rates.remembered()).isEqualTo(100);
            now += SECOND / 5;
            rates.take(AddressRange.parse("192.0.2.200"), now);
            assertThat(rates.remembered()).isEqualTo(1);
        }

        @Test
        void rememberNoMoreAddressesThanTheyMay() {
            AddressRates rates = new AddressRates(new Rate(1));
            AddressRange last = AddressRange.parse("::1");
            for (int i = 0; i < 2 * AddressRates.MOST; i++) {
                last = new AddressRange(false, i, 0, 64);
                rates.take(last, now);
            }
            assertThat(rates.remembered()).isEqualTo(AddressRates.MOST);
            assertThat(rates.hasRoom(last, now)).isFalse();
            assertThat(rates.hasRoom(new AddressRange(false, 0, 0, 64), now)).isTrue();
        }
    }

    @Nested
    class Numbers {
        @Test
        void inAllRefuseOrCloseOrWait() {
            Admission refusing = admission(2);
            assertThat(admitted(refusing, 3, "192.0.2.7")).isEqualTo(2);
            assertThat(refusing.room()).isEqualTo(Verdict.ADMIT);

            Admission closing = admission(1, "at-connections = close");
            connect(closing, "192.0.2.7");
            assertThat(connect(closing, "192.0.2.7")).isEqualTo(new Close("max-connections", "1 connections are open"));

            Admission waiting = admission(1, "at-connections = wait");
            connect(waiting, "192.0.2.7");
            assertThat(waiting.room()).isEqualTo(new Wait("max-connections", "1 connections are open", 0));
            waiting.gone(connections);
            assertThat(waiting.room()).isEqualTo(Verdict.ADMIT);
        }

        @Test
        void ofOneAddressCountItsConnectionsUntilTheyAreGone() {
            Admission admission = admission(MANY, "address-connections = 2");
            assertThat(admitted(admission, 5, "2001:db8::1")).isEqualTo(2);
            assertThat(connect(admission, "2001:db8::2"))
                    .isEqualTo(
                            new Refuse("admission.address-connections", "2 connections from 2001:db8::/64 are open"));
            assertThat(connect(admission, "192.0.2.7")).isEqualTo(Verdict.ADMIT);

            admission.gone(1);
            admission.gone(1);
            assertThat(admitted(admission, 5, "2001:db8::2")).isEqualTo(1);
        }
    }

    /** Whatever comes and goes, what is counted is what is there. */
    @RepeatedTest(20)
    void countsWhatIsThere() {
        Random random = new Random();
        Admission admission = admission(20, "address-connections = 5");
        List<Long> open = new ArrayList<>();
        List<String> peers = new ArrayList<>();
        for (int i = 0; i < 2000; i++) {
            if (random.nextInt(3) > 0) {
                String peer = "192.0.2." + random.nextInt(6);
                boolean room =
                        open.size() < 20 && peers.stream().filter(peer::equals).count() < 5;
                assertThat(connect(admission, peer).equals(Verdict.ADMIT)).isEqualTo(room);
                if (room) {
                    open.add(connections);
                    peers.add(peer);
                }
            } else if (!open.isEmpty()) {
                int which = random.nextInt(open.size());
                admission.gone(open.remove(which));
                peers.remove(which);
            }
        }
    }

    @Nested
    class FromAProxy {
        private static final String PROXY = "192.0.2.100";

        @Test
        void aConnectionCountsForNoAddressUntilOneIsAnnounced() {
            Admission admission = admission(MANY, "address-rate = 1", "address-connections = 1");
            assertThat(admitted(admission, 10, PROXY)).isEqualTo(10);
            assertThat(admission.announced(1, address("2001:db8::1"))).isEqualTo(Verdict.ADMIT);
            assertThat(admission.announced(2, address("2001:db8::2")))
                    .extracting("limit")
                    .isEqualTo("admission.address-rate");
            now += SECOND;
            assertThat(admission.announced(2, address("2001:db8::2")))
                    .extracting("limit")
                    .isEqualTo("admission.address-connections");
            admission.gone(1);
            assertThat(admission.announced(2, address("2001:db8::2"))).isEqualTo(Verdict.ADMIT);
        }

        @Test
        void theListsAreAskedAgain() {
            lists = new AddressLists(AddressList.NOBODY, list("198.51.100.0/24"));
            Admission admission = admission(MANY);
            assertThat(connect(admission, PROXY)).isEqualTo(Verdict.ADMIT);
            assertThat(admission.announced(1, address("198.51.100.1")))
                    .isEqualTo(new Refuse("admission.deny", "198.51.100.0/24 is denied"));
        }

        @Test
        void theLimitsInAllHold() {
            Admission admission = admission(3, "rate = 2");
            assertThat(admitted(admission, 10, PROXY)).isEqualTo(2);
            now += SECOND;
            assertThat(admitted(admission, 10, PROXY)).isEqualTo(1);
        }
    }
}

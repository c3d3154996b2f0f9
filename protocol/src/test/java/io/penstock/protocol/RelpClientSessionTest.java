package io.penstock.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.protocol.RelpClientSession.Accepted;
import io.penstock.protocol.RelpClientSession.Closed;
import io.penstock.protocol.RelpClientSession.Event;
import io.penstock.protocol.RelpClientSession.NotOpened;
import io.penstock.protocol.RelpClientSession.Opened;
import io.penstock.protocol.RelpClientSession.Refused;
import io.penstock.protocol.RelpClientSession.ServerClosing;
import io.penstock.protocol.RelpClientSession.Violated;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RelpClientSessionTest {
    private static final String OPENED = "1 rsp 46 200 OK\nrelp_version=1\ncommands=syslog,eventlog\n";

    private final RelpClientSession session = new RelpClientSession();

    private List<Event> receive(String bytes) {
        return session.receive(Decoding.bytes(bytes));
    }

    private void opened() {
        session.open();
        assertThat(receive(OPENED)).hasSize(1);
    }

    private String syslog(String message) {
        return Decoding.text(session.syslog(Decoding.bytes(message)));
    }

    @Test
    void offersVersionAndCommand() {
        assertThat(Decoding.text(session.open()))
                .isEqualTo("1 open 53 relp_version=1\nrelp_software=penstock\ncommands=syslog\n");
        assertThat(session.isOpen()).isFalse();
        assertThat(receive(OPENED))
                .containsExactly(
                        new Opened(Map.of("relp_version", List.of("1"), "commands", List.of("syslog", "eventlog"))));
        assertThat(session.isOpen()).isTrue();
    }

    @Test
    void countsWhatIsNotAnswered() {
        opened();
        assertThat(syslog("<34>one")).isEqualTo("2 syslog 7 <34>one\n");
        assertThat(session.lastTxnr()).isEqualTo(2);
        assertThat(syslog("")).isEqualTo("3 syslog 0\n");
        assertThat(syslog("\n")).as("a LF that servers drop").isEqualTo("4 syslog 2 \n\n\n");
        assertThat(session.outstanding()).isEqualTo(3);
        assertThat(receive("2 rsp 6 200 OK\n3 rsp 3 200\n")).containsExactly(new Accepted(2), new Accepted(3));
        assertThat(session.outstanding()).isEqualTo(1);
    }

    @Test
    void tellsWhatIsRefusedAndGoesOn() {
        opened();
        syslog("a");
        syslog("b");
        assertThat(receive("2 rsp 15 500 disk\033full\nx\n3 rsp 6 200 OK\n"))
                .containsExactly(new Refused(2, 500, "disk full"), new Accepted(3));
    }

    @Test
    void closesWithEitherKindOfAnswer() {
        for (String answer : List.of("3 rsp 0\n0 serverclose 0\n", "3 rsp 6 200 OK\n")) {
            RelpClientSession other = new RelpClientSession();
            other.open();
            other.receive(Decoding.bytes(OPENED));
            other.syslog(Decoding.bytes("a"));
            assertThat(Decoding.text(other.close())).isEqualTo("3 close 0\n");
            assertThat(other.receive(Decoding.bytes("2 rsp 6 200 OK\n" + answer)))
                    .containsExactly(new Accepted(2), new Closed());
            assertThat(other.receive(Decoding.bytes("what else"))).isEmpty();
        }
    }

    @Test
    void tellsThatTheServerCloses() {
        opened();
        syslog("a");
        assertThat(receive("0 news 3 abc\n0 serverclose 0\n")).containsExactly(new ServerClosing());
        assertThat(session.outstanding()).isEqualTo(1);
        assertThatThrownBy(() -> syslog("b")).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void tellsThatItWasNotOpened() {
        session.open();
        assertThat(receive("1 rsp 13 500 not today\n")).containsExactly(new NotOpened(500, "not today"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "HTTP/1.1 400 | byte 0x48 in a transaction number (expected: a digit)",
                "2 syslog 1 a; | command syslog (expected: rsp)",
                "3 rsp 6 200 OK; | rsp to 3, which is not outstanding",
                "2 rsp 0; | rsp without a status (expected: three digits)",
                "2 rsp 5 200OK; | rsp without a status (expected: three digits)",
                "2 rsp 3 20x; | rsp without a status (expected: three digits)",
                "2 rsp 1 200; | rsp that does not end where its length says (expected: LF)",
                "2 rsp 131073 200 | rsp of 131073 bytes (expected: <= 131072)",
            })
    void endsAtWhatIsNoAnswer(String wire, String found) {
        opened();
        syslog("a");
        List<Event> events = new ArrayList<>();
        for (char c : wire.replace(';', '\n').toCharArray()) {
            events.addAll(receive(String.valueOf(c)));
        }
        assertThat(events).containsExactly(new Violated(found));
    }

    @Test
    void needsAVersionInTheServersOffers() {
        session.open();
        assertThat(receive("1 rsp 6 200 OK\n"))
                .containsExactly(new Violated("rsp to open without a relp_version (expected: the server's offers)"));
    }

    @Test
    void sendsNothingOutOfTurn() {
        assertThatThrownBy(() -> syslog("a"))
                .hasMessage("syslog in a session that is NEW (expected: OPEN)")
                .isInstanceOf(IllegalStateException.class);
        opened();
        assertThatThrownBy(session::open).isInstanceOf(IllegalStateException.class);
        session.close();
        assertThatThrownBy(() -> syslog("a")).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void talksWithOurServer() {
        FrameDecoder server = Protocols.RELP.newDecoder(new FrameLimits(100, BadFrameAction.CLOSE));
        assertThat(session.receive(server.decode(session.open()).reply())).hasSize(1);
        ByteString two = session.syslog(Decoding.bytes("a")).concat(session.syslog(Decoding.bytes("b")));
        Receipt receipt = server.decode(two).receipt();
        assertThat(session.receive(receipt.accepted(0, 1).concat(receipt.refused(1, "no"))))
                .containsExactly(new Accepted(2), new Refused(3, 500, "no"));
        assertThat(session.receive(
                        Objects.requireNonNull(server.decode(session.close()).farewell())))
                .containsExactly(new Closed());
    }
}

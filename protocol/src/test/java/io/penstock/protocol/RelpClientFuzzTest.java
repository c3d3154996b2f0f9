package io.penstock.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.penstock.protocol.RelpClientSession.Event;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.pekko.util.ByteString;

/**
 * The client's side. The first byte of an input says how far the session is when the rest comes from the server, the
 * second how that is split. The same bytes are then a message.
 */
class RelpClientFuzzTest {
    private static final String OPENED = "1 rsp 37 200 OK\nrelp_version=0\ncommands=syslog\n";
    private static final int MESSAGES = 3;

    @FuzzTest
    void hearsTheSameInAnySplitOfTheBytes(byte[] input) {
        if (input.length < 2) {
            return;
        }
        ByteString stream = ByteString.fromArray(input, 2, input.length - 2);
        List<Event> whole = hear(input[0], List.of(stream));
        assertThat(hear(input[0], Fuzzing.split(stream, new Random(input[1])))).isEqualTo(whole);
        assertThat(hear(input[0], Fuzzing.split(stream, null))).isEqualTo(whole);
        isReadByOurServer(stream);
    }

    private static List<Event> hear(byte choice, List<ByteString> chunks) {
        RelpClientSession session = session(choice & 3);
        List<Event> events = new ArrayList<>();
        chunks.forEach(chunk -> events.addAll(session.receive(chunk)));
        assertThat(session.outstanding()).isBetween(0, MESSAGES);
        return events;
    }

    private static void isReadByOurServer(ByteString message) {
        RelpClientSession session = new RelpClientSession();
        FrameDecoder server = Protocols.RELP.newDecoder(new FrameLimits(1 << 20, BadFrameAction.CLOSE));
        session.receive(server.decode(session.open()).reply());
        ByteString wire = session.syslog(message).concat(session.syslog(message));
        assertThat(server.decode(wire).frames()).containsExactly(message, message);
    }

    private static RelpClientSession session(int stage) {
        RelpClientSession session = new RelpClientSession();
        session.open();
        if (stage > 0) {
            session.receive(Decoding.bytes(OPENED));
            for (int i = 0; i < MESSAGES; i++) {
                session.syslog(Decoding.bytes("message"));
            }
        }
        if (stage > 1) {
            session.close();
        }
        return session;
    }
}

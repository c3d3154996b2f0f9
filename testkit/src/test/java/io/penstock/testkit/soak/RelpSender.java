package io.penstock.testkit.soak;

import io.penstock.protocol.RelpClientSession;
import io.penstock.protocol.RelpClientSession.Accepted;
import io.penstock.protocol.RelpClientSession.Closed;
import io.penstock.protocol.RelpClientSession.Event;
import io.penstock.protocol.RelpClientSession.Opened;
import io.penstock.protocol.RelpClientSession.Refused;
import io.penstock.protocol.RelpClientSession.ServerClosing;
import io.penstock.testkit.TlsClient;
import java.io.ByteArrayOutputStream;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import org.apache.pekko.util.ByteString;
import org.jspecify.annotations.Nullable;

/** Sends by RELP, whose answers are numbered. */
final class RelpSender implements Sender {
    /** The first message of a session. */
    private static final int FIRST = 2;

    private final TlsClient client;
    private final Evidence evidence;
    private final RelpClientSession session = new RelpClientSession();
    private final Queue<Event> events = new ArrayDeque<>();

    RelpSender(TlsClient client, Evidence evidence) {
        this.client = client;
        this.evidence = evidence;
        client.send(session.open().toArrayUnsafe());
        Event first = next();
        if (!(first instanceof Opened)) {
            throw new AssertionError("RELP: the session was not opened: " + first);
        }
    }

    /** Null: the server has ended in order. */
    private @Nullable Event next() {
        while (events.isEmpty()) {
            String line = client.readLine();
            if (line.isEmpty() && !session.isOpen()) {
                return null;
            }
            events.addAll(session.receive(ByteString.fromString(line + "\n")));
        }
        return events.remove();
    }

    @Override
    public int exchange(List<Frame> frames) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (Frame frame : frames) {
            bytes.writeBytes(session.syslog(ByteString.fromString(frame.text())).toArrayUnsafe());
        }
        client.send(bytes.toByteArray());
        evidence.sent.add(frames.size());
        for (int i = 0; i < frames.size(); i++) {
            Event event = next();
            if (event == null || event instanceof ServerClosing) {
                return i;
            }
            if (!isAnswer(frames.get(i), event)) {
                throw new AssertionError("RELP: " + frames.get(i) + " was answered by " + event);
            }
            evidence.answered.increment();
        }
        return frames.size();
    }

    private static boolean isAnswer(Frame frame, Event event) {
        int txnr = frame.number() + FIRST - 1;
        return Port.RELP.accepts(frame.kind())
                ? event instanceof Accepted accepted && accepted.txnr() == txnr
                : event instanceof Refused refused && refused.txnr() == txnr;
    }

    @Override
    public void end() {
        client.send(session.close().toArrayUnsafe());
        Event last = next();
        if (!(last instanceof Closed)) {
            throw new AssertionError("RELP: close was answered by " + last);
        }
        client.endStream();
        String rest = client.readAll();
        if (!rest.isEmpty() && !rest.equals("0 serverclose 0\n")) {
            throw new AssertionError("RELP: " + rest + " came after the last answer");
        }
    }

    @Override
    public int port() {
        return client.port();
    }

    @Override
    public void close() {
        client.close();
    }
}

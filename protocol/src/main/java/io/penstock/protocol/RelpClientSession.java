package io.penstock.protocol;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.pekko.util.ByteString;

/**
 * The client's side of one RELP connection: makes the bytes to send, and reads what has come. It sends nothing and
 * waits for nothing; when to give up is its user's affair. {@link RelpProtocol} has the conversation.
 *
 * <p>First {@link #open}; after {@link Opened} any number of {@link #syslog}, of which a server may have to be spared
 * more than some at a time ({@link #outstanding}); at last {@link #close}. What is outstanding when the connection ends
 * may or may not have been taken. Not thread-safe.
 */
public final class RelpClientSession {
    /** What a server has said. */
    public sealed interface Event {}

    /**
     * Messages may be sent.
     *
     * @param offers what the server can, values by name: {@code relp_version}, {@code commands}, {@code relp_software}
     */
    public record Opened(Map<String, List<String>> offers) implements Event {}

    /**
     * The server wants no session, or none with what is offered. The connection is of no use any more.
     *
     * @param reason printable ASCII, at the most one line
     */
    public record NotOpened(int code, String reason) implements Event {}

    /** A message has come as far as the server promises. */
    public record Accepted(int txnr) implements Event {}

    /**
     * A message has not been taken, and will not be. The session goes on unless the server ends it.
     *
     * @param reason printable ASCII, at the most one line
     */
    public record Refused(int txnr, int code, String reason) implements Event {}

    /** The server is about to end the connection, and answers nothing more. */
    public record ServerClosing() implements Event {}

    /** The answer to {@link #close}: everything sent before has been answered, if the server keeps to the order. */
    public record Closed() implements Event {}

    /**
     * That was not RELP, or no answer to what had been sent. The connection is of no use any more.
     *
     * @param found what came, and what was expected
     */
    public record Violated(String found) implements Event {}

    private enum State {
        NEW,
        OPENING,
        OPEN,
        CLOSING,
        OVER
    }

    private static final byte LF = '\n';
    private static final int OK = 200;

    /** What librelp takes, in bytes. */
    private static final int MOST_DATA = 128 * 1024;

    /** STATUS [SP HUMAN-TEXT], then a line feed and data, or the end. */
    private static final Pattern STATUS = Pattern.compile("([0-9]{3})(?: ([^\\n]*))?(?=\\n|\\z)");

    private final RelpHeader header = new RelpHeader();
    private final Set<Integer> outstanding = new HashSet<>();
    private State state = State.NEW;
    private ByteString data = ByteString.emptyByteString();
    private long next = 1;
    private int closeTxnr;

    /** The first thing to send. */
    public ByteString open() {
        require(State.NEW, "open");
        state = State.OPENING;
        return RelpFrames.bytes(RelpFrames.frame(nextTxnr(), "open", RelpOffers.ofClient()));
    }

    /**
     * A message.
     *
     * @param payload with its syslog header; any bytes. One that ends in LF is sent with another, as servers drop one
     * @return a frame with bytes of its own; the number in it is that of {@link Accepted} or {@link Refused}: 2 for the
     *     first message, then rising by one, 1 after 999,999,999; {@link #lastTxnr} tells it
     * @throws IllegalStateException before {@link Opened}, after {@link #close}, and when the server has ended
     * @throws IllegalArgumentException when the message is longer than 999,999,999 bytes
     */
    public ByteString syslog(ByteString payload) {
        require(State.OPEN, "syslog");
        ByteString message = LineFeeds.kept(payload);
        if (message.size() > RelpHeader.MOST_DATA) {
            throw new IllegalArgumentException(
                    "message of " + message.size() + " bytes (expected: <= " + RelpHeader.MOST_DATA + ")");
        }
        int txnr = nextTxnr();
        outstanding.add(txnr);
        byte[] start = (txnr + " syslog " + message.size() + (message.isEmpty() ? "" : " "))
                .getBytes(StandardCharsets.US_ASCII);
        byte[] frame = new byte[start.length + message.size() + 1];
        System.arraycopy(start, 0, frame, 0, start.length);
        message.copyToArray(frame, start.length, message.size());
        frame[frame.length - 1] = LF;
        return ByteString.fromArrayUnsafe(frame);
    }

    /** The last thing to send; {@link Closed} answers it. */
    public ByteString close() {
        require(State.OPEN, "close");
        state = State.CLOSING;
        closeTxnr = nextTxnr();
        return RelpFrames.bytes(RelpFrames.frame(closeTxnr, "close", ""));
    }

    private void require(State expected, String command) {
        if (state != expected) {
            throw new IllegalStateException(
                    command + " in a session that is " + state + " (expected: " + expected + ")");
        }
    }

    private int nextTxnr() {
        return RelpFrames.txnr(next++);
    }

    /** The number of the frame that was made last, after {@link #open}. */
    public int lastTxnr() {
        return RelpFrames.txnr(next - 1);
    }

    /** Messages that have been made and not been answered. */
    public int outstanding() {
        return outstanding.size();
    }

    /** Whether messages may be sent. */
    public boolean isOpen() {
        return state == State.OPEN;
    }

    /** Takes the next bytes of the server, in any split. Nothing is read after an event that ends the session. */
    public List<Event> receive(ByteString chunk) {
        List<Event> events = new ArrayList<>();
        ByteBuffer bytes = chunk.asByteBuffer();
        int at = 0;
        while (at < chunk.size() && state != State.OVER) {
            if (!header.whole()) {
                at = header.read(bytes, at, chunk.size());
                checkHeader(events);
            } else if (data.size() < header.length()) {
                int end = at + Math.min(header.length() - data.size(), chunk.size() - at);
                data = data.concat(chunk.slice(at, end)).compact();
                at = end;
            } else if (bytes.get(at++) == LF) {
                frame(events);
                header.reset();
                data = ByteString.emptyByteString();
            } else {
                violated(events, header.command() + " that does not end where its length says (expected: LF)");
            }
        }
        return events;
    }

    private void checkHeader(List<Event> events) {
        String fault = header.fault();
        if (fault != null) {
            violated(events, fault);
        } else if (header.whole() && header.length() > MOST_DATA) {
            violated(
                    events, "%s of %d bytes (expected: <= %d)".formatted(header.command(), header.length(), MOST_DATA));
        }
    }

    private void violated(List<Event> events, String found) {
        state = State.OVER;
        events.add(new Violated(found));
    }

    private void frame(List<Event> events) {
        if (header.txnr() == 0) {
            hint(events);
        } else if (!header.is(RelpFrames.RSP)) {
            violated(events, "command " + header.command() + " (expected: rsp)");
        } else if (header.txnr() == closeTxnr && state == State.CLOSING) {
            // librelp's server answers without a status.
            state = State.OVER;
            events.add(new Closed());
        } else {
            response(events);
        }
    }

    /** Other hints than the one that is known mean nothing to us, and need not. */
    private void hint(List<Event> events) {
        if (header.is(RelpFrames.SERVERCLOSE)) {
            state = State.OVER;
            events.add(new ServerClosing());
        }
    }

    private void response(List<Event> events) {
        Matcher response = STATUS.matcher(data.decodeString(StandardCharsets.UTF_8));
        if (!response.lookingAt()) {
            violated(events, "rsp without a status (expected: three digits)");
            return;
        }
        int code = Integer.parseInt(response.group(1));
        String text = response.group(2) == null ? "" : RelpFrames.plain(response.group(2));
        if (state == State.OPENING && header.txnr() == 1) {
            opened(events, code, text);
        } else if (!outstanding.remove(header.txnr())) {
            violated(events, "rsp to " + header.txnr() + ", which is not outstanding");
        } else {
            events.add(code == OK ? new Accepted(header.txnr()) : new Refused(header.txnr(), code, text));
        }
    }

    private void opened(List<Event> events, int code, String text) {
        Map<String, List<String>> offers = offers();
        if (code == OK && !offers.containsKey("relp_version")) {
            violated(events, "rsp to open without a relp_version (expected: the server's offers)");
        } else if (code == OK) {
            state = State.OPEN;
            events.add(new Opened(offers));
        } else {
            state = State.OVER;
            events.add(new NotOpened(code, text));
        }
    }

    private Map<String, List<String>> offers() {
        int status = data.indexOf(LF);
        return status < 0 ? Map.of() : RelpOffers.parse(data.drop(status + 1)).values();
    }
}

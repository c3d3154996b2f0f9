package io.penstock.server.cli;

import io.penstock.protocol.RelpClientSession;
import io.penstock.protocol.RelpClientSession.Accepted;
import io.penstock.protocol.RelpClientSession.Event;
import io.penstock.protocol.RelpClientSession.NotOpened;
import io.penstock.protocol.RelpClientSession.Refused;
import io.penstock.protocol.RelpClientSession.ServerClosing;
import io.penstock.protocol.RelpClientSession.Violated;
import io.penstock.server.cli.FramedSending.InputLines;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.util.ByteString;
import org.jspecify.annotations.Nullable;

/** Each line of the input is a message by RELP; all of them have to be acknowledged. */
final class RelpSending implements SendFraming {
    /** Messages that wait for the server at the most; rsyslog has 128. */
    private static final int WINDOW = 1000;

    private static final String NO_ANSWER = "the server has not answered";

    private final Duration timeout;
    private final InputLines lines = new InputLines();
    private final RelpClientSession session = new RelpClientSession();
    private final RelpTally tally = new RelpTally();
    /** Why the session does not go on; null: it does. */
    private @Nullable String over;

    private boolean begun;
    private boolean finished;

    RelpSending(Duration timeout) {
        this.timeout = timeout;
    }

    @Override
    public void begin(SendInput.Sink to) throws IOException {
        synchronized (this) {
            begun = true;
            write(session.open(), to);
        }
        await("the server has not answered the opening of the session", session::isOpen);
    }

    @Override
    public void send(byte[] bytes, int offset, int length, SendInput.Sink to) throws IOException {
        for (ByteString message : lines.of(bytes, offset, length)) {
            await(NO_ANSWER, () -> session.outstanding() < WINDOW);
            ByteString frame;
            synchronized (this) {
                checkSession();
                frame = session.syslog(message);
                tally.sent(session.lastTxnr());
            }
            write(frame, to);
        }
    }

    @Override
    public void finish(SendInput.Sink to) throws IOException {
        synchronized (this) {
            tally.inputEnded();
        }
        await(NO_ANSWER, () -> session.outstanding() == 0);
        ByteString close;
        synchronized (this) {
            checkSession();
            close = session.close();
            finished = true;
        }
        write(close, to);
    }

    @Override
    public synchronized void check() throws IOException {
        if (tally.hasRefusals()) {
            throw new IOException("the server does not take everything");
        }
    }

    @Override
    public synchronized String account() {
        return begun ? "; " + tally : "";
    }

    private static void write(ByteString bytes, SendInput.Sink to) throws IOException {
        byte[] array = bytes.toArrayUnsafe();
        to.write(array, 0, array.length);
    }

    private interface Condition {
        boolean holds();
    }

    /** Waits as long as the server goes on answering. */
    private synchronized void await(String otherwise, Condition condition) throws IOException {
        long since = System.nanoTime();
        long before = tally.answered();
        while (over == null && !condition.holds()) {
            long left = timeout.toNanos() - (System.nanoTime() - since);
            if (left <= 0) {
                throw new IOException(otherwise + " within " + timeout.toMillis() + " ms; remedy: a longer --timeout");
            }
            try {
                TimeUnit.NANOSECONDS.timedWait(this, left);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted", e);
            }
            if (tally.answered() > before) {
                before = tally.answered();
                since = System.nanoTime();
            }
        }
        checkSession();
    }

    private synchronized void checkSession() throws IOException {
        if (over != null) {
            throw new IOException(over);
        }
    }

    @Override
    public synchronized void received(byte[] bytes, int length, SendOutput out) throws IOException {
        for (Event event : session.receive(ByteString.fromArray(bytes, 0, length))) {
            on(event);
        }
        notifyAll();
    }

    private void on(Event event) {
        if (event instanceof Accepted yes) {
            tally.acknowledged(yes.txnr());
        } else if (event instanceof Refused no) {
            tally.refused(no.txnr(), no.code() + " " + no.reason());
        } else if (event instanceof NotOpened no) {
            over = "the server refuses the session: " + no.code() + " " + no.reason();
        } else if (event instanceof Violated violated) {
            over = "what the server says is not RELP: " + violated.found();
        } else if (event instanceof ServerClosing) {
            endedEarly();
        }
    }

    @Override
    public synchronized void broken(String reason) {
        over = over == null ? reason : over;
        notifyAll();
    }

    @Override
    public synchronized void ended() throws IOException {
        endedEarly();
        notifyAll();
        checkSession();
    }

    private void endedEarly() {
        if (over == null && !finished) {
            over = "the server has ended the session";
        }
    }
}

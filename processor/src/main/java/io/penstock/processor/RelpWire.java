package io.penstock.processor;

import io.penstock.protocol.Frames;
import io.penstock.protocol.RelpClientSession;
import io.penstock.protocol.RelpClientSession.Event;
import io.penstock.protocol.RelpClientSession.NotOpened;
import io.penstock.protocol.RelpClientSession.Refused;
import io.penstock.protocol.RelpClientSession.ServerClosing;
import io.penstock.protocol.RelpClientSession.Violated;
import java.io.IOException;
import org.apache.pekko.util.ByteString;

/** RELP: a target says of each frame that it has taken care of it. */
final class RelpWire implements Wire {
    private final RelpClientSession session = new RelpClientSession();
    private boolean closing;

    @Override
    public ByteString greeting() {
        return session.open();
    }

    @Override
    public ByteString encode(Frames frames) {
        ByteString bytes = ByteString.emptyByteString();
        for (ByteString frame : frames) {
            bytes = bytes.concat(session.syslog(frame));
        }
        return bytes;
    }

    @Override
    public void received(ByteString bytes) throws IOException {
        for (Event event : session.receive(bytes)) {
            if (event instanceof Refused refused) {
                // To go on without it would lose it; sent again, it may be taken.
                throw new IOException("it refused a frame: " + refused.code() + " " + refused.reason());
            } else if (event instanceof NotOpened no) {
                throw new IOException("it refused the session: " + no.code() + " " + no.reason());
            } else if (event instanceof ServerClosing) {
                throw new IOException("it is closing the connection");
            } else if (event instanceof Violated violated) {
                throw new IOException("what it says is not RELP: " + violated.found());
            }
        }
    }

    @Override
    public int unanswered() {
        return session.isOpen() || closing ? session.outstanding() : 1;
    }

    @Override
    public ByteString goodbye() {
        closing = session.isOpen();
        return closing ? session.close() : ByteString.emptyByteString();
    }
}

package io.penstock.testkit.hostile;

import java.io.IOException;
import java.net.Socket;

/** A scanner: connects, says half a word, goes, and comes again at once. */
public final class ReconnectingClient extends HostileClient {
    private static final byte[] HALF_A_WORD = {22, 3, 1};

    private final int times;

    /** As many connections in all, one after the other; 1 or more. */
    public ReconnectingClient(Target target, int times) {
        super(target);
        this.times = times;
    }

    /** The last connection is left open. */
    @Override
    protected void act(Socket socket) throws IOException {
        for (int i = 1; i < times; i++) {
            try (Socket again = target.connect(0)) {
                again.getOutputStream().write(HALF_A_WORD);
            }
        }
        socket.getOutputStream().write(HALF_A_WORD);
    }
}

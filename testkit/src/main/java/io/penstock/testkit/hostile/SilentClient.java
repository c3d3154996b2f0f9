package io.penstock.testkit.hostile;

import java.net.Socket;

/** Connects and says nothing. */
public final class SilentClient extends HostileClient {
    public SilentClient(Target target) {
        super(target);
    }

    @Override
    protected void act(Socket socket) {
        // That is all.
    }
}

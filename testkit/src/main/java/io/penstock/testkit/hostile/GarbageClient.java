package io.penstock.testkit.hostile;

import java.io.IOException;
import java.net.Socket;
import java.util.Random;

/** Sends random bytes in place of a ClientHello. */
public final class GarbageClient extends HostileClient {
    private final long seed;
    private final int length;

    /**
     * The same bytes for the same seed.
     *
     * @param length how many, 1 or more
     */
    public GarbageClient(Target target, long seed, int length) {
        super(target);
        this.seed = seed;
        this.length = length;
    }

    @Override
    protected void act(Socket socket) throws IOException {
        byte[] garbage = new byte[length];
        new Random(seed).nextBytes(garbage);
        socket.getOutputStream().write(garbage);
        socket.shutdownOutput();
    }
}

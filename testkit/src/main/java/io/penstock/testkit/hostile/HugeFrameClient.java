package io.penstock.testkit.hostile;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import javax.net.ssl.SSLSocket;

/** Begins a frame that does not end. */
public final class HugeFrameClient extends HostileTlsClient {
    private static final int BLOCK = 16 * 1024;

    private final byte[] beginning;
    private final long size;

    /**
     * A beginning, and x after x.
     *
     * @param beginning what the protocol puts before a payload, such as a length
     * @param size bytes behind the beginning
     */
    public HugeFrameClient(Target target, byte[] beginning, long size) {
        super(target);
        this.beginning = beginning.clone();
        this.size = size;
    }

    @Override
    void act(SSLSocket secure, OutputStream out) throws IOException {
        out.write(beginning);
        byte[] block = new byte[BLOCK];
        Arrays.fill(block, (byte) 'x');
        for (long left = size; left > 0; left -= BLOCK) {
            out.write(block, 0, (int) Math.min(left, BLOCK));
        }
    }
}

package io.penstock.server.tls;

import io.netty.internal.tcnative.Buffer;
import java.nio.ByteBuffer;
import org.apache.pekko.util.ByteString;

/**
 * Direct memory of a thread, through which bytes go to and from BoringSSL. A connection holds none: what does not
 * leave at once is on the heap, in its size.
 */
final class BoringScratch {
    /** At most so many bytes of a connection are given to BoringSSL at a time. */
    static final int INPUT = 64 * 1024;
    /** Room for the records of as much, and for a record that was kept. */
    static final int OUTPUT = INPUT + 24 * 1024;

    private static final ThreadLocal<BoringScratch> OF_THREAD = ThreadLocal.withInitial(BoringScratch::new);

    private final ByteBuffer in = ByteBuffer.allocateDirect(INPUT);
    private final ByteBuffer out = ByteBuffer.allocateDirect(OUTPUT);
    /** Their addresses. The buffers live as long as this does. */
    final long input = Buffer.address(in);

    final long output = Buffer.address(out);

    private BoringScratch() {}

    static BoringScratch ofThread() {
        return OF_THREAD.get();
    }

    /** Fills the input with as many bytes as there is room for; how many. */
    int fill(ByteString bytes) {
        in.clear();
        return bytes.copyToBuffer(in);
    }

    /** A copy of the first bytes of the output. */
    ByteString copy(int length) {
        byte[] copy = new byte[length];
        out.get(0, copy);
        return ByteString.fromArrayUnsafe(copy);
    }
}

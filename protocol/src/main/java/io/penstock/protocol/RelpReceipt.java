package io.penstock.protocol;

import org.apache.pekko.util.ByteString;

/**
 * A response per frame: {@code TXNR rsp 6 200 OK}, {@code TXNR rsp N 500 reason}.
 *
 * @param numbers of the commands that the frames came with
 */
record RelpReceipt(FrameNumbers numbers) implements Receipt {
    private static final int MOST_DIGITS = 9;
    private static final String ACCEPTED = " rsp 6 200 OK\n";

    @Override
    public ByteString accepted(int from, int to) {
        StringBuilder responses = new StringBuilder((to - from) * (MOST_DIGITS + ACCEPTED.length()));
        for (int i = from; i < to; i++) {
            responses.append(RelpFrames.txnr(numbers.of(i))).append(ACCEPTED);
        }
        return RelpFrames.bytes(responses.toString());
    }

    @Override
    public ByteString refused(int frame, String reason) {
        return RelpFrames.bytes(RelpFrames.refusal(RelpFrames.txnr(numbers.of(frame)), reason));
    }
}

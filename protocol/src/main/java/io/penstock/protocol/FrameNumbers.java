package io.penstock.protocol;

/**
 * Which numbers the frames of a batch have within their connection: rising by one, and by one more wherever something
 * else that is numbered came between them. Immutable.
 */
final class FrameNumbers {
    private static final int[] NO_SKIPS = {};

    private final long first;
    private final int[] skips;

    /**
     * Those of a batch.
     *
     * @param first number of the first frame, if nothing came before that
     * @param skips for each number that is no frame's of this batch: how many frames came before it, rising; kept, not
     *     copied
     */
    FrameNumbers(long first, int[] skips) {
        this.first = first;
        this.skips = skips;
    }

    /** That of a single frame. */
    static FrameNumbers single(long number) {
        return new FrameNumbers(number, NO_SKIPS);
    }

    /** The number of the frame at an index of its batch. */
    long of(int index) {
        return first + index + skippedBefore(index);
    }

    private int skippedBefore(int index) {
        int low = 0;
        int high = skips.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (skips[middle] <= index) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }
}

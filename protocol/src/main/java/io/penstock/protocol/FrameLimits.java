package io.penstock.protocol;

/**
 * Bounds of what one frame may cost.
 *
 * @param maxFrameSize payload bytes of a frame at the most, at least 1
 * @param onBadFrame what to do with a longer one
 */
public record FrameLimits(int maxFrameSize, BadFrameAction onBadFrame) {
    public FrameLimits {
        if (maxFrameSize < 1) {
            throw new IllegalArgumentException("maxFrameSize: " + maxFrameSize + " (expected: >= 1)");
        }
    }
}

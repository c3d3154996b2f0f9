package io.penstock.server;

/**
 * What has become of frames: each that came is counted once, for what has become of it. So in = processed + failed + set aside +
 * dropped + lost + held.
 *
 * @param in that came: decoded, or bad
 * @param processed the processor answered done
 * @param failed the processor answered failed, and they were not to be set aside
 * @param setAside they are in quarantine, because they were bad or the processor failed at them
 * @param dropped bad, and skipped or the end of their connection
 * @param lost not answered, or not kept by the quarantine, when their connection ended, or come when it had been given up
 * @param truncated not a part of the sum: of the beginning of a truncated frame becomes what becomes of any other
 */
public record FrameCounts(
        long in, long processed, long failed, long setAside, long dropped, long lost, long truncated) {
    /** Of open connections: with the processor, or on their way into quarantine. Never negative, unless something is wrong. */
    public long held() {
        return in - processed - failed - setAside - dropped - lost;
    }

    /** {@code in 9 = processed 5 + failed 0 + set aside 1 + dropped 1 + lost 0 + held 2; truncated 0}. */
    @Override
    public String toString() {
        return "in " + in + " = processed " + processed + " + failed " + failed + " + set aside " + setAside
                + " + dropped " + dropped + " + lost " + lost + " + held " + held() + "; truncated " + truncated;
    }
}

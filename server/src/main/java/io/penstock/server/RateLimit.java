package io.penstock.server;

import java.util.Optional;

/** Bytes and frames in a second, for one connection or for several together. Thread-safe. */
final class RateLimit {
    private final Optional<TokenBucket> bytes;
    private final Optional<TokenBucket> frames;

    RateLimit(RateSettings settings, long now) {
        bytes = settings.bytes().map(rate -> new TokenBucket(rate, now));
        frames = settings.frames().map(rate -> new TokenBucket(rate, now));
    }

    /** A read has brought so much. */
    void took(long newBytes, long newFrames, long now) {
        bytes.ifPresent(bucket -> bucket.take(newBytes, now));
        frames.ifPresent(bucket -> bucket.take(newFrames, now));
    }

    /** How long nothing should be read, in nanoseconds; 0: it may. */
    long nanosToWait(long now) {
        return Math.max(nanosToWait(bytes, now), nanosToWait(frames, now));
    }

    private static long nanosToWait(Optional<TokenBucket> bucket, long now) {
        return bucket.isPresent() ? bucket.get().nanosToWait(now) : 0;
    }
}

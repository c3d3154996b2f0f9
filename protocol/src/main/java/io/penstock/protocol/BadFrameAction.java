package io.penstock.protocol;

/** What happens to a frame that is too long ({@code penstock.on-bad-frame}). */
public enum BadFrameAction {
    /** The frames before it are processed, then the connection is closed and told why. */
    CLOSE,
    /** It is skipped and counted; the frames after it go on. */
    DROP,
    /** Its first {@link FrameLimits#maxFrameSize()} bytes are delivered, the rest is skipped and counted. */
    TRUNCATE,
    /** Its first {@link FrameLimits#maxFrameSize()} bytes are set aside with the reason, the rest is skipped and counted. */
    QUARANTINE
}

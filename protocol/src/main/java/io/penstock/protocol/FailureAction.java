package io.penstock.protocol;

/** What becomes of a frame that cannot be processed, and of its connection ({@code penstock.on-processor-failure}). */
public enum FailureAction {
    /** The sender is told where the protocol can, the connection closes, and nothing more of it is processed. */
    CLOSE,
    /** The sender is told where the protocol can, and the connection goes on without the frame. */
    CONTINUE,
    /** The frame is set aside; once it is on stable storage it counts as taken care of, and the connection goes on. */
    QUARANTINE
}

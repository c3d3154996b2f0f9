package io.penstock.processor;

/** Frame {@link #frame()} of a batch cannot be processed; those before it are done. */
public final class FrameFailedException extends Exception {
    private static final long serialVersionUID = 1L;

    private final int frame;

    /**
     * @param frame index within the batch
     * @param cause why
     */
    public FrameFailedException(int frame, Throwable cause) {
        super("frame " + frame + ": " + cause, cause);
        this.frame = frame;
    }

    public int frame() {
        return frame;
    }
}

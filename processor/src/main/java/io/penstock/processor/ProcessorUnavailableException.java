package io.penstock.processor;

/**
 * The processor cannot work at present: the disk is full, the host it speaks to is down. Nothing is wrong with the frame
 * at hand. Frames are held, and their senders with them, and a new processor is tried after a back-off, until it can
 * work again.
 */
public final class ProcessorUnavailableException extends Exception {
    private static final long serialVersionUID = 1L;

    /** @param message one sentence for the operator: what is unavailable, and why */
    public ProcessorUnavailableException(String message, Throwable cause) {
        super(message, cause);
    }
}

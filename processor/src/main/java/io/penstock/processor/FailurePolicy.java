package io.penstock.processor;

import io.penstock.processor.Survivors.Rest;
import io.penstock.protocol.FailureAction;
import io.penstock.protocol.ProcessorProtocol.Failed;
import java.util.List;
import org.apache.pekko.util.ByteString;

/** What is answered when a frame fails, and what becomes of those after it. */
record FailurePolicy(FailureAction action, int maxRedeliveries) {
    static FailurePolicy of(SupervisionSettings settings) {
        return new FailurePolicy(settings.onFailure(), settings.maxRedeliveries());
    }

    /** The answer for one frame; {@code index} is within what is left of the batch. */
    Failed failed(Rest work, int index, Throwable cause, List<ByteString> replies) {
        String reason = ProcessorFailedException.describe(cause);
        return new Failed(work.batch(), work.offset() + index, 1, reason, action, replies);
    }

    /** Whether nothing more of the connection is processed. */
    boolean closes() {
        return action == FailureAction.CLOSE;
    }

    /** Whether so many frames of the batch have failed that the rest is not processed any more. */
    boolean givesUp(Rest rest) {
        return rest.failures() > maxRedeliveries && !rest.frames().isEmpty();
    }

    /** The answer for the rest of a batch that is given up. Only a quarantine can take it; it is never just dropped. */
    Failed givenUp(Rest rest) {
        String failures =
                rest.failures() == 1 ? "a frame of its batch has" : rest.failures() + " frames of its batch have";
        return new Failed(
                rest.batch(),
                rest.offset(),
                rest.frames().size(),
                "not processed, as " + failures + " failed",
                action == FailureAction.QUARANTINE ? action : FailureAction.CLOSE,
                List.of());
    }

    /** The index of the frame that failed; what names none, or one that is not there, failed at the first. */
    static int frame(Throwable failure, int frames) {
        boolean known = failure instanceof FrameFailedException named && named.frame() >= 0 && named.frame() < frames;
        return known ? ((FrameFailedException) failure).frame() : 0;
    }

    /** Why it failed. */
    static Throwable cause(Throwable failure) {
        Throwable cause = failure instanceof FrameFailedException ? failure.getCause() : null;
        return cause == null ? failure : cause;
    }
}

package io.penstock.server.cli;

import io.penstock.protocol.ListenerProtocol.Drained;
import io.penstock.server.ReloadResult;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** A server whose ports accept. Thread-safe. */
interface RunningServer {
    /** The real ones, also where 0 was asked for, in the order of the listeners. */
    List<Integer> ports();

    /** Loads certificates again where they have changed. What came of it is in the log, too, unless nothing has. */
    CompletionStage<ReloadResult> reload();

    /** Stops in order; completes when everything has ended. Called once. */
    CompletionStage<Drained> drain();

    /** Fails when the server ends by itself, with the reason. */
    CompletionStage<Void> failed();
}

package io.penstock.server.cli;

import io.penstock.protocol.ListenerProtocol.Drained;
import io.penstock.server.ReloadResult;
import java.util.concurrent.CompletionStage;

/** A server whose port accepts. Thread-safe. */
interface RunningServer {
    /** The real one, also when 0 was asked for. */
    int port();

    /** Loads certificates again where they have changed. What came of it is in the log, too, unless nothing has. */
    CompletionStage<ReloadResult> reload();

    /** Stops in order; completes when everything has ended. Called once. */
    CompletionStage<Drained> drain();

    /** Fails when the server ends by itself, with the reason. */
    CompletionStage<Void> failed();
}

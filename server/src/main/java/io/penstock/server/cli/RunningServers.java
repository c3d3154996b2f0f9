package io.penstock.server.cli;

import io.penstock.protocol.ListenerProtocol.Drained;
import io.penstock.server.Counters;
import io.penstock.server.ReloadResult;
import io.penstock.server.Servers;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.typed.ActorSystem;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Servers in an actor system of their own, which ends with them. */
record RunningServers(ActorSystem<Void> system, Servers servers, Counters counters) implements RunningServer {
    private static final int TERMINATION_MILLIS = 250;

    private static final Logger LOG = LoggerFactory.getLogger(ServeCommand.LOGGER);

    @Override
    public List<Integer> ports() {
        return servers.all().stream()
                .map(server -> server.localAddress().getPort())
                .toList();
    }

    @Override
    public CompletionStage<ReloadResult> reload() {
        return servers.reload();
    }

    @Override
    public CompletionStage<Drained> drain() {
        return servers.drain().thenCompose(drained -> {
            LOG.info("{}", counters);
            system.terminate();
            // A processor that hangs keeps its actor system for ever; the process ends all the same.
            return system.getWhenTerminated()
                    .toCompletableFuture()
                    .thenApply(terminated -> drained)
                    .completeOnTimeout(drained, TERMINATION_MILLIS, TimeUnit.MILLISECONDS);
        });
    }

    @Override
    public CompletionStage<Void> failed() {
        return servers.whenStopped().thenAccept(stopped -> {});
    }
}

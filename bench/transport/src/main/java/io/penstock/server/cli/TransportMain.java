package io.penstock.server.cli;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigValueFactory;
import io.penstock.protocol.ListenerProtocol.Drained;
import io.penstock.server.NioListener;
import io.penstock.server.ReloadResult;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;

/**
 * The program {@code penstock} with sockets that Pekko's TCP has no part in, on one event loop. An experiment: it shows what
 * another transport would give. The first listener gets a port of its own, whatever its settings say, and that one is told.
 */
public final class TransportMain {
    private TransportMain() {}

    public static void main(String[] words) {
        Terminal terminal = Terminal.system();
        int code = new CommandLineProgram(
                        terminal,
                        new Starter(),
                        (environment, hostname) -> {
                            throw new UnsupportedOperationException("cert dev");
                        },
                        ServeRun.Surroundings.current())
                .run(words);
        terminal.out().flush();
        System.exit(code);
    }

    /** The standalone server, with another port. */
    private static final class Starter implements ServerStarter {
        private final StandaloneServer product = new StandaloneServer();

        /** A loop sleeps in one selector, so Pekko's, which has nothing to do, goes to a thread of its own. */
        @Override
        public void begin(Config config) {
            product.begin(config.withValue(
                            "pekko.io.tcp.selector-dispatcher",
                            ConfigValueFactory.fromAnyRef("pekko.io.pinned-dispatcher"))
                    .withValue("pekko.actor.default-dispatcher.loops", ConfigValueFactory.fromAnyRef(1))
                    .withValue("penstock-selectors.loops", ConfigValueFactory.fromAnyRef(1)));
        }

        @Override
        public Prepared prepare(ServeSettings settings, Map<String, String> environment) {
            return new Rebound(product.prepare(settings, environment));
        }
    }

    private record Rebound(ServerStarter.Prepared product) implements ServerStarter.Prepared {
        @Override
        public List<String> warnings() {
            return product.warnings();
        }

        @Override
        public List<ServerStarter.PreparedListener> listeners() {
            return product.listeners();
        }

        @Override
        public CompletionStage<RunningServer> start() {
            return product.start().thenApply(running -> {
                RunningServers started = (RunningServers) running;
                return new Running(
                        started,
                        NioListener.bind(
                                started.system(), started.servers().all().get(0)));
            });
        }
    }

    private record Running(RunningServer product, NioListener listener) implements RunningServer {
        @Override
        public List<Integer> ports() {
            return List.of(listener.port());
        }

        @Override
        public CompletionStage<ReloadResult> reload() {
            return product.reload();
        }

        @Override
        public CompletionStage<Drained> drain() {
            return product.drain().whenComplete((drained, failure) -> listener.close());
        }

        @Override
        public CompletionStage<Void> failed() {
            return product.failed();
        }
    }
}

package io.penstock.server.bench;

import io.penstock.server.tls.ClientSettings;
import java.time.Duration;
import java.util.OptionalDouble;

/**
 * What to do to which server.
 *
 * @param host a name or an address, this one without brackets
 * @param connections at once, each with a thread of its own
 * @param duration of the measuring; of {@link LoadMode#IDLE} for how long to hold what was opened
 * @param warmup for how long to do the same before, unmeasured
 * @param rate units a second over all connections; empty: each as fast as its answers come
 * @param size bytes in a line, with its end
 */
public record LoadPlan(
        LoadMode mode,
        String host,
        int port,
        ClientSettings client,
        int connections,
        Duration duration,
        Duration warmup,
        OptionalDouble rate,
        int size) {}

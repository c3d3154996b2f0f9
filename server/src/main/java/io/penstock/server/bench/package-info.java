/**
 * The load generator of {@code penstock bench}: {@link io.penstock.server.bench.LoadRun} has a {@link
 * io.penstock.server.bench.Worker} for each connection. Start there; how latencies are counted is in {@link
 * io.penstock.server.bench.Schedule} and {@link io.penstock.server.bench.Measurements}.
 */
@NullMarked
package io.penstock.server.bench;

import org.jspecify.annotations.NullMarked;

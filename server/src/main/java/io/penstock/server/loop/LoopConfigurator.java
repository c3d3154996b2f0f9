package io.penstock.server.loop;

import com.typesafe.config.Config;
import java.util.concurrent.ThreadFactory;
import org.apache.pekko.dispatch.DispatcherPrerequisites;
import org.apache.pekko.dispatch.ExecutorServiceConfigurator;
import org.apache.pekko.dispatch.ExecutorServiceFactory;

/**
 * {@code executor} of dispatchers whose actors run on the event loops.
 *
 * <p>{@code loops}: how many there are, 1 or more; 0: one for each processor. The first dispatcher of a system that is
 * used decides.
 */
public final class LoopConfigurator extends ExecutorServiceConfigurator {
    private final int count;
    private final DispatcherPrerequisites system;

    /** Called by Pekko. */
    public LoopConfigurator(Config config, DispatcherPrerequisites prerequisites) {
        super(config, prerequisites);
        count = count(config);
        system = prerequisites;
    }

    /** How many threads are wanted. */
    static int count(Config config) {
        int count = config.hasPath("loops") ? config.getInt("loops") : 0;
        return count > 0 ? count : Runtime.getRuntime().availableProcessors();
    }

    @Override
    public ExecutorServiceFactory createExecutorServiceFactory(String id, ThreadFactory threads) {
        return () -> new LoopExecutor(EventLoops.acquire(system, threads, count), EventLoops::execute);
    }
}

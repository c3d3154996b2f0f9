package io.penstock.server.loop;

import com.typesafe.config.Config;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.dispatch.DispatcherPrerequisites;
import org.apache.pekko.dispatch.ExecutorServiceConfigurator;
import org.apache.pekko.dispatch.ExecutorServiceFactory;
import org.apache.pekko.dispatch.TaskInvocation;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code executor} of {@code pekko.io.tcp.selector-dispatcher}: each selector's tasks run on one loop, the next selector's
 * on the next loop. Where {@link LoopSelectorProvider} is not the Java runtime's, or there are more selectors than loops, one
 * would block its loop: then they have threads of their own, as Pekko does by itself.
 */
public final class SelectorConfigurator extends ExecutorServiceConfigurator {
    private static final Logger LOG = LoggerFactory.getLogger(SelectorConfigurator.class);

    private final int count;
    private final DispatcherPrerequisites system;

    /** Called by Pekko. */
    public SelectorConfigurator(Config config, DispatcherPrerequisites prerequisites) {
        super(config, prerequisites);
        count = LoopConfigurator.count(config);
        system = prerequisites;
    }

    @Override
    public ExecutorServiceFactory createExecutorServiceFactory(String id, ThreadFactory threads) {
        int selectors = system.settings().config().getInt(LoopConfig.SELECTORS);
        if (selectors != count) {
            LOG.warn("{} is {} (expected: {}, one for each event loop)", LoopConfig.SELECTORS, selectors, count);
        }
        // A loop can wait in one selector.
        if (!LoopSelectorProvider.isInstalled() || selectors > count) {
            return () -> Executors.newCachedThreadPool(threads);
        }
        Map<Runnable, EventLoop> ofSelectors = new ConcurrentHashMap<>();
        AtomicInteger placed = new AtomicInteger();
        return () -> new LoopExecutor(
                EventLoops.acquire(system, threads, count),
                (loops, task) -> ofSelectors
                        .computeIfAbsent(selector(task), first -> loops.get(placed.getAndIncrement()))
                        .executeInTurn(task));
    }

    /** The one runnable that Pekko has for each selector, and wraps anew each time. */
    private static Runnable selector(Runnable task) {
        return task instanceof TaskInvocation wrapped ? wrapped.runnable() : task;
    }
}

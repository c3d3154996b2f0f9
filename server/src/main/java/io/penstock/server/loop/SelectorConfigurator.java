package io.penstock.server.loop;

import com.typesafe.config.Config;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
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
 * on the next loop. Where {@link LoopSelectorProvider} is not the Java runtime's, a selector would block its loop: then
 * they have threads of their own, as Pekko does by itself.
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
        if (!LoopSelectorProvider.isInstalled()) {
            return () -> Executors.newCachedThreadPool(threads);
        }
        int selectors = system.settings().config().getInt(LoopConfig.SELECTORS);
        if (selectors != count) {
            LOG.warn(
                    "{} is {} with {} event loops (expected: {}); connections are on as many loops as there are selectors",
                    LoopConfig.SELECTORS,
                    selectors,
                    count,
                    count);
        }
        // Pekko has one runnable for each selector, and as many as its configuration says.
        Map<Runnable, Executor> ofSelectors = new ConcurrentHashMap<>();
        AtomicInteger placed = new AtomicInteger();
        return () -> new LoopExecutor(
                EventLoops.acquire(system, threads, count),
                (loops, task) -> ofSelectors
                        .computeIfAbsent(selector(task), first -> place(loops, placed.getAndIncrement(), threads))
                        .execute(task));
    }

    /** Pekko wraps it anew each time. */
    private static Runnable selector(Runnable task) {
        return task instanceof TaskInvocation wrapped ? wrapped.runnable() : task;
    }

    /** A loop can wait in one selector: further ones have a thread of their own. */
    private Executor place(EventLoops loops, int number, ThreadFactory threads) {
        return number < count ? loops.get(number)::executeInTurn : Executors.newCachedThreadPool(threads);
    }
}

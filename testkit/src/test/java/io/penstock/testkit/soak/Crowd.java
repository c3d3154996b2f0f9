package io.penstock.testkit.soak;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Does several things at once, each on a thread of its own. */
final class Crowd {
    /** One of the things. */
    @FunctionalInterface
    interface Task {
        void run() throws Exception;
    }

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<Future<?>> running = new ArrayList<>();
    private final Runnable onFailure;

    /** @param onFailure done when one fails: whatever the others do after that says nothing */
    Crowd(Runnable onFailure) {
        this.onFailure = onFailure;
    }

    void add(Task task) {
        running.add(threads.submit(() -> {
            try {
                task.run();
            } catch (Exception | Error e) {
                onFailure.run();
                throw e;
            }
            return task;
        }));
    }

    /** Until all are done; what went wrong, a line for each. */
    List<String> await() {
        List<String> wrong = new ArrayList<>();
        for (Future<?> one : running) {
            try {
                one.get();
            } catch (ExecutionException e) {
                wrong.add(words(Objects.requireNonNullElse(e.getCause(), e)));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                wrong.add("interrupted");
            }
        }
        threads.shutdown();
        return wrong;
    }

    private static String words(Throwable failure) {
        StackTraceElement[] trace = failure.getStackTrace();
        String own = Arrays.stream(trace)
                .filter(frame -> frame.getClassName().startsWith(Crowd.class.getPackageName()))
                .findFirst()
                .map(frame -> " at " + frame.getFileName() + ":" + frame.getLineNumber())
                .orElse("");
        return failure + own;
    }
}

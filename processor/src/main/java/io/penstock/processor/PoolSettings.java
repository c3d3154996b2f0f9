package io.penstock.processor;

import com.typesafe.config.Config;
import io.penstock.protocol.SettingsReader;
import io.penstock.protocol.UserClass;
import java.util.Optional;

/**
 * How many processors there are, and which frames each one gets.
 *
 * @param size 1 or more
 * @param by what is kept together
 * @param key of a frame, where frames are dealt out one by one
 */
public record PoolSettings(int size, By by, Optional<KeyFunction> key) {
    /** What is kept together at one processor. */
    public enum By {
        /** The frames of a connection; connections are dealt out in turn. */
        CONNECTION,
        /** The frames of all connections with the same client certificate's names. */
        IDENTITY,
        /** Frames of the same key. */
        KEY
    }

    /** One processor for everything. */
    public static final PoolSettings ONE = new PoolSettings(1, By.CONNECTION, Optional.empty());

    private static final String SIZE = "processor-pool.size";
    private static final String BY = "processor-pool.by";
    private static final String THREADS = "processor-dispatcher.thread-pool-executor.fixed-pool-size";

    static PoolSettings read(SettingsReader reader) {
        int size = reader.integer(SIZE, 1, 10_000);
        checkThreads(reader, size);
        String by = reader.text(BY);
        return switch (by) {
            case "connection" -> new PoolSettings(size, By.CONNECTION, Optional.empty());
            case "identity" -> new PoolSettings(size, By.IDENTITY, Optional.empty());
            case "field" -> new PoolSettings(size, By.KEY, Optional.of(new FirstField()));
            default -> new PoolSettings(size, By.KEY, Optional.of(function(reader, by)));
        };
    }

    private static KeyFunction function(SettingsReader reader, String name) {
        if (name.indexOf('.') < 0) {
            reader.problem(BY, "connection|identity|field, or the full name of a class");
            return new FirstField();
        }
        return UserClass.find(BY, name, reader.open("processor-config"), reader, KeyFunction.class)
                .map(found -> make(found, reader))
                .orElseGet(FirstField::new);
    }

    private static KeyFunction make(UserClass found, SettingsReader reader) {
        try {
            return found.make(KeyFunction.class);
        } catch (Exception | LinkageError e) {
            reader.problem(BY, "a class that can be made; " + ProcessorFailedException.describe(e));
            return new FirstField();
        }
    }

    /** A processor without a thread would wait for another one's blocking call. */
    private static void checkThreads(SettingsReader reader, int size) {
        Config dispatcher = reader.open("processor-dispatcher");
        String threads = dispatcher.hasPath("thread-pool-executor.fixed-pool-size")
                ? dispatcher.getString("thread-pool-executor.fixed-pool-size")
                : "off";
        boolean tooFew = threads.matches("[0-9]{1,9}") && Integer.parseInt(threads) < size;
        if (tooFew && dispatcher.getString("executor").equals("thread-pool-executor")) {
            reader.problem(THREADS, ">= processor-pool.size, which is " + size);
        }
    }

    /** For a processor of which there can only be one. */
    static void requireOne(SettingsReader reader, String processor) {
        String size = reader.text(SIZE);
        if (size.matches("[0-9]+") && !size.equals("1")) {
            reader.problem(SIZE, "1 with processor = " + processor + ", of which there can only be one");
        }
    }
}

package io.penstock.processor;

import com.typesafe.config.Config;
import io.penstock.protocol.SettingsReader;
import java.io.IOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Modifier;
import org.jspecify.annotations.Nullable;

/**
 * A processor of the user's: a public class with a public constructor that takes {@code penstock.processor-config} as a
 * {@link Config}, or nothing.
 */
final class UserProcessor {
    private UserProcessor() {}

    /** The factory of a class; what is wrong with it is left in the reader. */
    static ProcessorFactory find(String name, Config config, SettingsReader reader) {
        try {
            Class<?> found = Class.forName(name, false, loader());
            if (!Processor.class.isAssignableFrom(found)) {
                return problem(reader, "a class that implements " + Processor.class.getName());
            }
            return factory(found.asSubclass(Processor.class), config, reader);
        } catch (ClassNotFoundException e) {
            return problem(reader, "a class on the class path; its jar belongs in lib/ext/ of the distribution");
        } catch (LinkageError e) {
            return problem(
                    reader,
                    "a class that can be loaded, with what it needs in lib/ext/ of the distribution; " + words(e));
        }
    }

    private static ClassLoader loader() {
        ClassLoader ofThread = Thread.currentThread().getContextClassLoader();
        return ofThread != null ? ofThread : UserProcessor.class.getClassLoader();
    }

    private static String words(LinkageError e) {
        return e instanceof NoClassDefFoundError
                ? "there is no " + String.valueOf(e.getMessage()).replace('/', '.')
                : String.valueOf(e.getMessage());
    }

    private static ProcessorFactory factory(Class<? extends Processor> type, Config config, SettingsReader reader) {
        Constructor<? extends Processor> withConfig = constructor(type, Config.class);
        Constructor<? extends Processor> withNothing = constructor(type);
        if (Modifier.isPublic(type.getModifiers()) && !Modifier.isAbstract(type.getModifiers())) {
            if (withConfig != null) {
                return () -> make(withConfig, config);
            }
            if (withNothing != null) {
                return () -> make(withNothing);
            }
        }
        return problem(
                reader,
                "a public class, not abstract, with a public constructor that takes nothing or a "
                        + Config.class.getName());
    }

    private static @Nullable Constructor<? extends Processor> constructor(
            Class<? extends Processor> type, Class<?>... parameters) {
        try {
            return type.getConstructor(parameters);
        } catch (NoSuchMethodException e) {
            return null;
        }
    }

    private static Processor make(Constructor<? extends Processor> constructor, Object... arguments) throws Exception {
        try {
            return constructor.newInstance(arguments);
        } catch (InvocationTargetException e) {
            // What the user's code threw, not how it was called; a sentence for the operator, who is not its author.
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new IOException(
                    "penstock.processor: "
                            + constructor.getDeclaringClass().getName()
                            + " (its constructor failed: "
                            + ProcessorFailedException.describe(cause)
                            + ")",
                    cause);
        }
    }

    private static ProcessorFactory problem(SettingsReader reader, String expected) {
        reader.problem("processor", expected);
        return Processors.discard();
    }
}

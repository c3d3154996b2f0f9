package io.penstock.protocol;

import com.typesafe.config.Config;
import java.io.IOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Modifier;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A class of the user's that a key names: public, with a public constructor that takes a {@link Config} of its own, or
 * nothing.
 *
 * @param <T> what it has to be
 */
public final class UserClass<T> {
    private final String key;
    private final Constructor<? extends T> constructor;
    private final Object[] arguments;

    private UserClass(String key, Constructor<? extends T> constructor, Object... arguments) {
        this.key = key;
        this.constructor = constructor;
        this.arguments = arguments;
    }

    /** Whether a value names a class, and nothing that is built in. */
    public static boolean isName(String value) {
        return value.indexOf('.') >= 0;
    }

    /**
     * Looks for a class and its constructor; makes nothing of it yet.
     *
     * @param key that names it; what is wrong is left in the reader
     * @param name the full name
     * @param config what its constructor is given, if it takes anything
     */
    public static <T> Optional<UserClass<T>> find(
            String key, String name, Class<T> type, Config config, SettingsReader reader) {
        try {
            Class<?> found = Class.forName(name, false, loader());
            if (!type.isAssignableFrom(found)) {
                return problem(key, reader, "a class that implements " + type.getName());
            }
            return withConstructor(key, found.asSubclass(type), config, reader);
        } catch (ClassNotFoundException e) {
            return problem(key, reader, "a class on the class path; its jar belongs in lib/ext/ of the distribution");
        } catch (LinkageError e) {
            return problem(
                    key,
                    reader,
                    "a class that can be loaded, with what it needs in lib/ext/ of the distribution; " + words(e));
        }
    }

    private static ClassLoader loader() {
        ClassLoader ofThread = Thread.currentThread().getContextClassLoader();
        return ofThread != null ? ofThread : UserClass.class.getClassLoader();
    }

    private static String words(LinkageError e) {
        return e instanceof NoClassDefFoundError
                ? "there is no " + String.valueOf(e.getMessage()).replace('/', '.')
                : String.valueOf(e.getMessage());
    }

    private static <T> Optional<UserClass<T>> withConstructor(
            String key, Class<? extends T> type, Config config, SettingsReader reader) {
        Constructor<? extends T> withConfig = constructor(type, Config.class);
        Constructor<? extends T> withNothing = constructor(type);
        if (Modifier.isPublic(type.getModifiers()) && !Modifier.isAbstract(type.getModifiers())) {
            if (withConfig != null) {
                return Optional.of(new UserClass<>(key, withConfig, config));
            }
            if (withNothing != null) {
                return Optional.of(new UserClass<>(key, withNothing));
            }
        }
        return problem(
                key,
                reader,
                "a public class, not abstract, with a public constructor that takes nothing or a "
                        + Config.class.getName());
    }

    private static <T> @Nullable Constructor<? extends T> constructor(Class<? extends T> type, Class<?>... parameters) {
        try {
            return type.getConstructor(parameters);
        } catch (NoSuchMethodException e) {
            return null;
        }
    }

    private static <T> Optional<UserClass<T>> problem(String key, SettingsReader reader, String expected) {
        reader.problem(key, expected);
        return Optional.empty();
    }

    /**
     * Makes an instance.
     *
     * @throws IOException when its constructor throws: a sentence for the operator, who is not its author; what was
     *     thrown is the cause
     */
    public T create() throws IOException {
        try {
            return constructor.newInstance(arguments);
        } catch (InvocationTargetException e) {
            throw failed(e.getCause() == null ? e : e.getCause());
        } catch (ReflectiveOperationException | LinkageError e) {
            throw failed(e);
        }
    }

    private IOException failed(Throwable cause) {
        String message = cause.getMessage() == null ? "" : ": " + cause.getMessage();
        return new IOException(
                SettingsReader.ROOT + "." + key + ": "
                        + constructor.getDeclaringClass().getName() + " (its constructor failed: "
                        + cause.getClass().getSimpleName() + message + ")",
                cause);
    }
}

package io.penstock.protocol;

import com.typesafe.config.Config;
import java.io.IOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A class of the user's that a key names: public, with a public constructor that takes a {@link Config} of its own, or
 * nothing.
 */
public final class UserClass {
    private final String key;
    private final Constructor<?> constructor;
    private final Object[] arguments;

    private UserClass(String key, Constructor<?> constructor, Object... arguments) {
        this.key = key;
        this.constructor = constructor;
        this.arguments = arguments;
    }

    /** Whether a value is the name of a class, and not of something that is built in. */
    public static boolean isName(String value) {
        return value.indexOf('.') >= 0;
    }

    /**
     * Loads a class; makes nothing yet. What is wrong with it is left in the reader.
     *
     * @param config what its constructor is given, if that takes anything
     * @param kinds one of which it must be
     */
    public static Optional<UserClass> find(
            String key, String name, Config config, SettingsReader reader, Class<?>... kinds) {
        try {
            Class<?> found = Class.forName(name, false, loader());
            if (Arrays.stream(kinds).noneMatch(kind -> kind.isAssignableFrom(found))) {
                String names = Arrays.stream(kinds).map(Class::getName).collect(Collectors.joining(" or "));
                return problem(reader, key, "a class that implements " + names);
            }
            return of(key, found, config, reader);
        } catch (ClassNotFoundException e) {
            return problem(reader, key, "a class on the class path; its jar belongs in lib/ext/ of the distribution");
        } catch (LinkageError e) {
            return problem(
                    reader,
                    key,
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

    private static Optional<UserClass> of(String key, Class<?> type, Config config, SettingsReader reader) {
        Constructor<?> withConfig = constructor(type, Config.class);
        Constructor<?> withNothing = constructor(type);
        if (Modifier.isPublic(type.getModifiers()) && !Modifier.isAbstract(type.getModifiers())) {
            if (withConfig != null) {
                return Optional.of(new UserClass(key, withConfig, config));
            }
            if (withNothing != null) {
                return Optional.of(new UserClass(key, withNothing));
            }
        }
        return problem(
                reader,
                key,
                "a public class, not abstract, with a public constructor that takes nothing or a "
                        + Config.class.getName());
    }

    private static @Nullable Constructor<?> constructor(Class<?> type, Class<?>... parameters) {
        try {
            return type.getConstructor(parameters);
        } catch (NoSuchMethodException e) {
            return null;
        }
    }

    private static Optional<UserClass> problem(SettingsReader reader, String key, String expected) {
        reader.problem(key, expected);
        return Optional.empty();
    }

    /** Whether it is of a kind. */
    public boolean is(Class<?> kind) {
        return kind.isAssignableFrom(constructor.getDeclaringClass());
    }

    /**
     * An instance.
     *
     * @param kind one that it {@link #is}
     * @throws IOException its constructor failed: a sentence for the operator, who is not its author
     */
    public <T> T make(Class<T> kind) throws IOException {
        try {
            return kind.cast(constructor.newInstance(arguments));
        } catch (InvocationTargetException e) {
            // What the user's code threw, not how it was called.
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

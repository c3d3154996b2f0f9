package io.penstock.server.cli;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;

/**
 * Signals of the process. {@code sun.misc.Signal} is what every JDK has for them; javac warns of it in words that
 * cannot be turned off, hence by reflection.
 *
 * <p>A shutdown hook would not do: while hooks run the JVM ignores a second signal, and that one is to end a drain that
 * takes too long.
 */
interface Signals {
    /**
     * Runs an action on a thread of the JVM's each time a signal arrives, instead of what the JVM does by itself.
     *
     * @param name without SIG, such as TERM
     * @throws IllegalArgumentException when the platform has no such signal, or the JVM needs it itself
     */
    void on(String name, Runnable action);

    /** Those of this process. */
    static Signals ofTheProcess() {
        return Signals::handle;
    }

    private static void handle(String name, Runnable action) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Object proxy = Proxy.newProxyInstance(
                    Signals.class.getClassLoader(), new Class<?>[] {handler}, (self, method, args) -> {
                        if (method.getDeclaringClass() == Object.class) {
                            return method.getName().equals("hashCode")
                                    ? (Object) System.identityHashCode(self)
                                    : method.getName().equals("equals") ? self == args[0] : (Object) name;
                        }
                        action.run();
                        return null;
                    });
            Method handle = signal.getMethod("handle", signal, handler);
            handle.invoke(null, signal.getConstructor(String.class).newInstance(name), proxy);
        } catch (InvocationTargetException e) {
            throw new IllegalArgumentException("SIG" + name + ": cannot be handled", e.getCause());
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("the module jdk.unsupported is missing", e);
        }
    }
}

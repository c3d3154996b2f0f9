package io.penstock.server.tls;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLParameters;

/** Key exchange groups of an engine of the JDK: by {@code SSLParameters.setNamedGroups} where Java has it, from 20 on. */
final class JdkGroups {
    private static final Optional<MethodHandle> SETTER = setter();

    private JdkGroups() {}

    private static Optional<MethodHandle> setter() {
        try {
            return Optional.of(MethodHandles.publicLookup()
                    .findVirtual(
                            SSLParameters.class, "setNamedGroups", MethodType.methodType(void.class, String[].class)));
        } catch (NoSuchMethodException | IllegalAccessException e) {
            return Optional.empty();
        }
    }

    /** These and no others. */
    static void set(SSLParameters parameters, List<String> groups) {
        if (SETTER.isEmpty()) {
            parameters.setAlgorithmConstraints(new GroupConstraints(groups));
            return;
        }
        try {
            SETTER.get().invoke(parameters, groups.toArray(new String[0]));
        } catch (Throwable e) {
            throw new IllegalStateException("this Java does not take groups", e);
        }
    }
}

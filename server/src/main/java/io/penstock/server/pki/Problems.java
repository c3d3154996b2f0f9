package io.penstock.server.pki;

import io.penstock.protocol.InvalidSettingsException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Collects what is wrong, one line each, instead of stopping at the first. A line said twice counts once. */
final class Problems {
    private final Set<String> errors = new LinkedHashSet<>();
    private final Set<String> warnings = new LinkedHashSet<>();

    void error(String line) {
        errors.add(printable(line));
    }

    void warning(String line) {
        warnings.add(printable(line));
    }

    List<String> warnings() {
        return new ArrayList<>(warnings);
    }

    /** Runs a step; what it fails with becomes a line. */
    <T> Optional<T> attempt(Step<T> step) {
        try {
            return Optional.of(step.run());
        } catch (BadMaterialException e) {
            error(e.line());
            return Optional.empty();
        } catch (InvalidSettingsException e) {
            e.problems().forEach(this::error);
            return Optional.empty();
        }
    }

    /** Takes over another's errors; its warnings stay where they belong. */
    void addErrors(Problems others) {
        errors.addAll(others.errors);
    }

    void throwIfAny() {
        if (!errors.isEmpty()) {
            throw new InvalidSettingsException(List.copyOf(errors));
        }
    }

    /** Paths and subjects come from elsewhere: one line stays one line, and no escape reaches a terminal. */
    private static String printable(String line) {
        return line.replaceAll("[\\p{Cntrl}\\u0080-\\u009f\\u202a-\\u202e\\u2066-\\u2069]", "?");
    }

    /** A step that may find its material bad. */
    interface Step<T> {
        T run() throws BadMaterialException;
    }
}

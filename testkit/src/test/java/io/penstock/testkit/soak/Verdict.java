package io.penstock.testkit.soak;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The table at the end, and what is wrong with it. */
final class Verdict {
    private final List<String> wrong = new ArrayList<>();

    /** A row. */
    void tell(String what, Object value) {
        System.out.printf("%-20s %s%n", what, value);
    }

    void that(boolean holds, String otherwise) {
        if (!holds) {
            wrong(otherwise);
        }
    }

    void equal(String what, @Nullable Object found, Object expected) {
        that(expected.equals(found), what + ": " + found + " (expected: " + expected + ")");
    }

    void none(Collection<String> lines) {
        lines.forEach(this::wrong);
    }

    private void wrong(String line) {
        System.out.println("WRONG: " + line);
        wrong.add(line);
    }

    List<String> wrong() {
        return wrong;
    }
}

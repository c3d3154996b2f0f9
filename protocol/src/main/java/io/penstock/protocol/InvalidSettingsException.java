package io.penstock.protocol;

import java.util.List;

/** The settings cannot work. Carries every problem found, one line each; has no cause and needs no stack trace. */
public final class InvalidSettingsException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String[] problems;

    public InvalidSettingsException(List<String> problems) {
        super(String.join("\n", problems), null, false, false);
        this.problems = problems.toArray(new String[0]);
    }

    /** At least one line; each names the key or the file, the value and what was expected. */
    public List<String> problems() {
        return List.of(problems);
    }
}

package io.penstock.server.pki;

/** A file cannot serve. Carries the finished line; needs neither cause nor stack trace. */
final class BadMaterialException extends Exception {
    private static final long serialVersionUID = 1L;

    private final String line;

    BadMaterialException(String line) {
        super(line, null, false, false);
        this.line = line;
    }

    String line() {
        return line;
    }
}

package io.penstock.testkit.soak;

import io.penstock.testkit.soak.Frame.Kind;

/** A listener: its protocol, and what it does about frames that are bad or poison. */
enum Port {
    ECHO("protocol = lines, lines.reply = echo, on-bad-frame = quarantine, on-processor-failure = quarantine"),
    RELP("protocol = relp, on-bad-frame = drop, on-processor-failure = quarantine, rate.frames = 20000"),
    COUNT("protocol = lines, lines.reply = count, on-bad-frame = truncate, on-processor-failure = continue"),
    STRICT("protocol = lines, lines.reply = count, on-bad-frame = close, on-processor-failure = close");

    /** HOCON below {@code penstock}. */
    final String settings;

    Port(String settings) {
        this.settings = settings;
    }

    /** Whether such a frame of an honest sender is taken care of, in the words of the protocol. */
    boolean accepts(Kind kind) {
        return switch (kind) {
            case POISON -> this == ECHO || this == RELP;
            case LONG -> this == ECHO || this == COUNT;
            default -> true;
        };
    }

    /** Whether such a frame comes to the processor. */
    boolean delivers(Kind kind) {
        return kind != Kind.LONG || this == COUNT;
    }

    /** Whether a line is the answer to a frame. */
    boolean isAnswer(Frame frame, String line) {
        if (this == ECHO) {
            String text = frame.text();
            return line.equals(frame.kind() == Kind.LONG ? text.substring(0, Frame.LONGEST) : text);
        }
        String number = String.valueOf(frame.number());
        return accepts(frame.kind()) ? line.equals(number) : line.startsWith(number + " refused: ");
    }
}

package io.penstock.protocol;

import java.util.Locale;

/** How far a frame has come, in rising order. What a processor's answer means, and what a sender may be told. */
public enum AckStep {
    /** Decoded and handed to a processor's mailbox. */
    RECEIVED,
    /** The processor has done its work; what it wrote is with the operating system. */
    PROCESSED,
    /** On stable storage: written and synchronised. */
    STORED;

    /** The name in configurations. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}

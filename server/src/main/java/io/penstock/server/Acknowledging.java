package io.penstock.server;

import io.penstock.protocol.AckStep;
import io.penstock.protocol.InvalidSettingsException;
import io.penstock.protocol.Protocol;
import io.penstock.protocol.Protocol.Acknowledgement;
import io.penstock.protocol.SettingsReader;
import java.util.List;
import java.util.Optional;

/** The step that a listener acknowledges ({@code penstock.ack}), and whether it can. */
public final class Acknowledging {
    private static final String KEY = "ack";

    private enum Choice {
        AUTO,
        NONE,
        RECEIVED,
        PROCESSED,
        STORED
    }

    private Acknowledging() {}

    static Optional<AckStep> read(SettingsReader reader, Protocol protocol) {
        boolean expected = protocol.acknowledgement() == Acknowledgement.ALWAYS;
        return switch (reader.choice(KEY, Choice.class)) {
            case AUTO -> expected ? Optional.of(AckStep.RECEIVED) : Optional.empty();
            case NONE -> {
                if (expected) {
                    reader.problem(
                            KEY, "auto|received|processed|stored; senders of " + protocol.name() + " wait to be told");
                }
                yield Optional.empty();
            }
            case RECEIVED -> Optional.of(AckStep.RECEIVED);
            case PROCESSED -> Optional.of(AckStep.PROCESSED);
            case STORED -> Optional.of(AckStep.STORED);
        };
    }

    /**
     * Leaves a problem in the reader when frames never come as far as is acknowledged.
     *
     * @param reaches what the processor can do
     */
    public static void check(SettingsReader reader, Optional<AckStep> ack, AckStep reaches) {
        if (isBeyond(ack, reaches)) {
            reader.problem(KEY, expected(reaches));
        }
    }

    /**
     * The same without a reader.
     *
     * @throws InvalidSettingsException frames never come as far as is acknowledged
     */
    static void check(Optional<AckStep> ack, AckStep reaches) {
        if (isBeyond(ack, reaches)) {
            throw new InvalidSettingsException(
                    List.of("penstock.ack: " + ack.orElseThrow().word() + " (expected: " + expected(reaches) + ")"));
        }
    }

    private static boolean isBeyond(Optional<AckStep> ack, AckStep reaches) {
        return ack.filter(step -> step.compareTo(reaches) > 0).isPresent();
    }

    private static String expected(AckStep reaches) {
        return reaches.word() + " at the most, which is how far frames come with this processor";
    }

    /**
     * What an operator should know: nobody is told, or sooner than need be though nobody has asked for that.
     *
     * @param reaches what the processor can do
     */
    static Optional<String> warning(SettingsReader reader, ServerSettings server, AckStep reaches) {
        Protocol protocol = server.framing().protocol();
        if (protocol.acknowledgement() == Acknowledgement.NEVER) {
            return server.ack()
                    .map(step -> "penstock.ack: " + step.word() + " (the protocol " + protocol.name()
                            + " cannot tell senders as it is configured: they learn of nothing that is lost; remedy: relp,"
                            + " or lines with lines.reply, or ack = none)");
        }
        boolean early = server.ack().equals(Optional.of(AckStep.RECEIVED)) && reaches == AckStep.STORED;
        return early && reader.choice(KEY, Choice.class) == Choice.AUTO
                ? Optional.of("penstock.ack: auto (senders are told when their frames have been received, and what has"
                        + " been told is lost if the process dies; remedy: ack = stored, or ack = received if that will"
                        + " do)")
                : Optional.empty();
    }
}

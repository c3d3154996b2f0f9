package io.penstock.processor;

import io.penstock.protocol.AckStep;

/**
 * Makes processors: at the start, and anew after each failure. Called on the processor's own thread, so it may block.
 */
@FunctionalInterface
public interface ProcessorFactory {
    /**
     * Makes a processor.
     *
     * @throws Exception there can be none; at the start the server then does not start
     */
    Processor create() throws Exception;

    /**
     * How far frames come with the processors it makes, at the most, as far as that is known before one is made: a
     * listener that acknowledges more is refused at the start. Where it is not known, {@link AckStep#STORED}; a
     * connection whose frames come less far than is acknowledged then closes.
     */
    default AckStep reaches() {
        return AckStep.STORED;
    }

    /**
     * Whether its processors may keep their thread waiting, for a disk or for another host. Those that never do run on
     * the connections' threads: a batch then costs no change of thread.
     */
    default boolean blocks() {
        return true;
    }
}

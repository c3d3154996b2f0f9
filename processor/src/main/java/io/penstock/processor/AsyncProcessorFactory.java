package io.penstock.processor;

import io.penstock.protocol.AckStep;

/** Makes asynchronous processors, at the start. See {@link Processors#async}. */
@FunctionalInterface
public interface AsyncProcessorFactory {
    /**
     * Makes a processor. Called on the default dispatcher, so it must not block.
     *
     * @throws Exception there can be none; at the start the server then does not start
     */
    AsyncProcessor create() throws Exception;

    /**
     * How far frames come with the processors it makes, at the most, as far as that is known before one is made: a
     * listener that acknowledges more is refused at the start. Where it is not known, {@link AckStep#STORED}; a
     * connection whose frames come less far than is acknowledged then closes.
     */
    default AckStep reaches() {
        return AckStep.STORED;
    }
}

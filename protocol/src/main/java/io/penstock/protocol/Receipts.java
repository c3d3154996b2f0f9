package io.penstock.protocol;

/** Makes the receipts of a protocol. Stateless. */
@FunctionalInterface
interface Receipts {
    /** Of a protocol that cannot tell. */
    Receipts NONE = (numbers, frames) -> Receipt.NONE;

    /**
     * A receipt for the frames of a batch, or for one that was not delivered.
     *
     * @param numbers which they are within their connection
     * @param frames what has been taken of them
     */
    Receipt of(FrameNumbers numbers, Frames frames);
}

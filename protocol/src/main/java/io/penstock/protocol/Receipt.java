package io.penstock.protocol;

import org.apache.pekko.util.ByteString;

/**
 * Tells a sender what has become of the frames of one batch, in the words of its protocol: a RELP response, a line.
 * Made by the decoder, asked by the connection when frames have come as far as its listener's {@link AckStep}. Asked
 * for each frame once, in order, by one thread at a time.
 */
public interface Receipt {
    /** For protocols that cannot tell. */
    Receipt NONE = new Receipt() {
        @Override
        public ByteString accepted(int from, int to) {
            return ByteString.emptyByteString();
        }

        @Override
        public ByteString refused(int frame, String reason) {
            return ByteString.emptyByteString();
        }
    };

    /**
     * The bytes on the wire that say that frames are taken care of: as far as promised, or in quarantine.
     *
     * @param from index of the first within its batch
     * @param to index after the last
     */
    ByteString accepted(int from, int to);

    /**
     * The bytes on the wire that say that a frame is not, and will not be, taken care of.
     *
     * @param frame its index within its batch
     * @param reason one sentence, without payload
     */
    ByteString refused(int frame, String reason);
}

package io.penstock.processor;

import io.penstock.protocol.ConnectionInfo;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.time.Instant;
import org.apache.pekko.util.ByteString;

/**
 * What the built-in processors put around each payload.
 *
 * <pre>
 *   none    | payload |
 *   json    | {"time":…,"listener":…,"connection":…,"peer":…,"identity":…,"protocol":…,"payload":…} |
 *   length  | 4 bytes, big-endian: n | n bytes of payload |
 * </pre>
 */
enum Envelope {
    /** Nothing. */
    NONE {
        @Override
        void wrap(ConnectionInfo connection, Instant time, ByteString payload, ByteArrayOutputStream out) {
            out.writeBytes(payload.toArrayUnsafe());
        }
    },
    /** One line of JSON, without the line's end; {@link JsonEnvelope} has its members. */
    JSON {
        @Override
        void wrap(ConnectionInfo connection, Instant time, ByteString payload, ByteArrayOutputStream out) {
            JsonEnvelope.write(connection, time, payload, out);
        }
    },
    /** Its length, so that any bytes read back exactly. */
    LENGTH {
        @Override
        void wrap(ConnectionInfo connection, Instant time, ByteString payload, ByteArrayOutputStream out) {
            out.writeBytes(length(payload));
            out.writeBytes(payload.toArrayUnsafe());
        }
    };

    /** Bytes of a length. */
    static final int LENGTH_BYTES = Integer.BYTES;

    /**
     * Appends an enveloped payload to {@code out}.
     *
     * @param time when the processor was given it
     */
    abstract void wrap(ConnectionInfo connection, Instant time, ByteString payload, ByteArrayOutputStream out);

    /** The four bytes before a payload. */
    static byte[] length(ByteString payload) {
        return ByteBuffer.allocate(LENGTH_BYTES).putInt(payload.size()).array();
    }
}

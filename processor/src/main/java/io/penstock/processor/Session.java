package io.penstock.processor;

import io.penstock.protocol.ConnectionInfo;
import io.penstock.protocol.Frames;
import org.apache.pekko.util.ByteString;

/** A processor's side of one connection. */
public interface Session {
    /** Who it is. */
    ConnectionInfo connection();

    /**
     * Sends a payload to the peer, framed by the connection's protocol. Within {@link Processor#processAll} it goes
     * out together with the batch's answer. From another thread, at any time, it goes out by itself; after the end of
     * the connection it is ignored.
     */
    void send(ByteString payload);

    /** {@link #send(ByteString)} for each frame. */
    default void sendAll(Frames frames) {
        frames.forEach(this::send);
    }

    /** Closes the connection once what it is owed has been sent. Thread-safe. */
    void disconnect(String reason);
}

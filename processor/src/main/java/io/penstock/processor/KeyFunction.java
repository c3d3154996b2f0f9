package io.penstock.processor;

import io.penstock.protocol.ConnectionInfo;
import org.apache.pekko.util.ByteString;

/**
 * By what frames are dealt out to the processors of a pool: frames of one key go to one processor, in the order in which
 * their connection sent them. A class that {@code penstock.processor-pool.by} names is public, with a public constructor
 * that takes nothing or a {@link com.typesafe.config.Config}, which is {@code penstock.processor-config}.
 */
@FunctionalInterface
public interface KeyFunction {
    /**
     * The key of a frame. Called on the default dispatcher by any number of threads at a time, so it must neither block
     * nor keep anything. A frame for which it throws goes where the connection's frames with an empty key go.
     */
    ByteString key(ConnectionInfo connection, ByteString frame);
}

package io.penstock.processor;

import io.penstock.protocol.ConnectionInfo;
import org.apache.pekko.util.ByteString;

/** What of a frame comes before the first space, tab, comma or colon; all of it where there is none. */
final class FirstField implements KeyFunction {
    @Override
    public ByteString key(ConnectionInfo connection, ByteString frame) {
        int end = 0;
        while (end < frame.size() && !separates(frame.apply(end))) {
            end++;
        }
        return frame.take(end);
    }

    private static boolean separates(byte octet) {
        return octet == ' ' || octet == '\t' || octet == ',' || octet == ':';
    }
}

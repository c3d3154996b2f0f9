package io.penstock.protocol;

import org.apache.pekko.util.ByteString;

/**
 * The LF at the end of a syslog message that is none of it: rsyslog's templates put one there, and whoever receives drops
 * it.
 */
final class LineFeeds {
    private static final byte LF = '\n';

    private LineFeeds() {}

    /** A message as it is received. */
    static ByteString dropped(ByteString message) {
        return endsInOne(message) ? message.dropRight(1) : message;
    }

    /** A message that comes out as this when it is received. */
    static ByteString kept(ByteString message) {
        return endsInOne(message) ? message.concat(ByteString.fromArrayUnsafe(new byte[] {LF})) : message;
    }

    private static boolean endsInOne(ByteString message) {
        return message.nonEmpty() && message.apply(message.size() - 1) == LF;
    }
}

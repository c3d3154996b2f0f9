package io.penstock.protocol;

import java.nio.charset.StandardCharsets;
import org.apache.pekko.util.ByteString;

/** RELP frames as they are written. */
final class RelpFrames {
    static final byte[] OPEN = ascii("open");
    static final byte[] SYSLOG = ascii("syslog");
    static final byte[] CLOSE = ascii("close");
    static final byte[] RSP = ascii("rsp");
    static final byte[] SERVERCLOSE = ascii("serverclose");

    /** The hint that a server ends the connection. */
    static final String GOODBYE = "0 serverclose 0\n";

    /** What librelp reads of a reason. */
    private static final int LONGEST_REASON = 80;

    private RelpFrames() {}

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    static ByteString bytes(String frames) {
        return ByteString.fromArrayUnsafe(ascii(frames));
    }

    /** The transaction number of the n-th command of a connection, counted from 1. */
    static int txnr(long number) {
        return (int) ((number - 1) % RelpHeader.LAST_TXNR) + 1;
    }

    /** A frame of ASCII text. */
    static String frame(int txnr, String command, String data) {
        String header = txnr + " " + command + " " + data.length();
        return data.isEmpty() ? header + "\n" : header + " " + data + "\n";
    }

    /** A response that refuses. */
    static String refusal(int txnr, String reason) {
        String plain = plain(reason);
        return frame(txnr, "rsp", "500 " + plain.substring(0, Math.min(plain.length(), LONGEST_REASON)));
    }

    /** Words that can be shown anywhere: printable ASCII. */
    static String plain(String text) {
        return text.replaceAll("[\\x00-\\x1f\\x7f]", " ").replaceAll("[^ -~]", "?");
    }
}

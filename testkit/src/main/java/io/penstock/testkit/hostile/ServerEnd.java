package io.penstock.testkit.hostile;

/** How a server has ended a connection, as far as its client can see. */
public enum ServerEnd {
    /** In order: close_notify, FIN, or both. */
    CLOSED,
    /** With a fatal alert (RFC 8446 section 6.2) that the client could read. */
    ALERTED,
    /** With a reset, also while the client was still sending. */
    RESET
}

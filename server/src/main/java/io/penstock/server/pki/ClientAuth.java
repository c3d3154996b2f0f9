package io.penstock.server.pki;

/** Whether clients show a certificate. */
public enum ClientAuth {
    /** Not asked. */
    NONE,
    /** Asked; none is fine, a bad one is refused. */
    OPTIONAL,
    /** Asked; without a good one there is no connection. */
    REQUIRED
}

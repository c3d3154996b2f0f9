package io.penstock.server.tls;

/** What a client's first bytes are, found out before there is an engine. */
sealed interface Greeting {
    /** More bytes have to come. */
    record Incomplete() implements Greeting {}

    /** A whole ClientHello. */
    record Hello(ClientHello hello) implements Greeting {}

    /** TLS, though not a ClientHello that can be read: the engine is to judge it. */
    record Unreadable() implements Greeting {}

    /** Not TLS, or none that any engine speaks. */
    record Foreign(TlsFailedException refusal) implements Greeting {}
}

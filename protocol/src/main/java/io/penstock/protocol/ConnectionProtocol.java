package io.penstock.protocol;

/**
 * What a ConnectionActor understands: answers of its processor ({@link ProcessorProtocol.Answer}), orders of its
 * listener ({@link Order}), and signals of its own stream and timers ({@link Signal}).
 *
 * <p>Its phases: handshaking, open, closing (what is owed is processed and sent, then the stream ends). It stops with
 * its socket and is never restarted.
 */
public interface ConnectionProtocol {
    /** Anything a connection understands. */
    sealed interface Command permits ProcessorProtocol.Answer, Order, Signal {}

    /** From the listener. */
    sealed interface Order extends Command permits Drain, End, Cut {}

    /** Stop reading; process, answer and send what has been received; then close in order. */
    record Drain() implements Order {}

    /** The same for another reason than the stop of the server. Before the connection is open, nothing is owed. */
    record End(ConnectionEnd end) implements Order {}

    /** Close now, whatever is owed. What is lost is reported. */
    record Cut(ConnectionEnd end) implements Order {}

    /** From the connection's own stream and timers; sent by the server module alone. */
    non-sealed interface Signal extends Command {}
}

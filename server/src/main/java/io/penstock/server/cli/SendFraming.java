package io.penstock.server.cli;

import io.penstock.protocol.Protocol;
import io.penstock.protocol.Protocols;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;

/**
 * What {@code send} makes of its input, and of what the server answers. The sending thread calls {@link #begin}, {@link
 * #send} and {@link #finish}, the receiving one {@link #received} and {@link #ended}.
 */
interface SendFraming {
    /** Before any input. */
    default void begin(SendInput.Sink to) throws IOException {}

    /** Sends input; the array is the caller's again when it returns. */
    void send(byte[] bytes, int offset, int length, SendInput.Sink to) throws IOException;

    /**
     * There is no more input. Where the server acknowledges, waits until it has acknowledged everything.
     *
     * @throws IOException it does not
     */
    default void finish(SendInput.Sink to) throws IOException {}

    /**
     * Everything has been sent, and whatever there is to wait for has come.
     *
     * @throws IOException the server has refused something
     */
    default void check() throws IOException {}

    /**
     * What became of the input so far, for whoever has to send it again: to be put after the reason of a failure. For any
     * thread; empty before {@link #begin}, and where the protocol does not tell.
     */
    default String account() {
        return "";
    }

    /** Something has come. */
    void received(byte[] bytes, int length, SendOutput out) throws IOException;

    /** Nothing more comes, for a reason that whoever waits for it should learn. */
    default void broken(String reason) {}

    /**
     * The server has ended its stream in order.
     *
     * @throws IOException something that had to be said was not
     */
    default void ended() throws IOException {}

    /** Protocols whose frames look in a file as they do on the wire. */
    Set<String> AS_IT_IS = Set.of("raw", "lines", "json");

    /**
     * That of a protocol.
     *
     * @param timeout how long a server may leave what it has to acknowledge without an answer
     */
    static SendFraming of(Protocol protocol, Duration timeout) {
        if (protocol.name().equals(Protocols.RELP.name())) {
            return new RelpSending(timeout);
        }
        return AS_IT_IS.contains(protocol.name()) ? new AsItIs() : new FramedSending(protocol);
    }

    /** Bytes pass as they are. */
    final class AsItIs implements SendFraming {
        @Override
        public void send(byte[] bytes, int offset, int length, SendInput.Sink to) throws IOException {
            to.write(bytes, offset, length);
        }

        @Override
        public void received(byte[] bytes, int length, SendOutput out) throws IOException {
            out.write(bytes, length);
        }
    }
}

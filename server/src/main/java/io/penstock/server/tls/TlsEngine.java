package io.penstock.server.tls;

import io.penstock.protocol.TlsSession;
import org.apache.pekko.util.ByteString;
import org.jspecify.annotations.Nullable;

/**
 * TLS for one connection, in server mode: bytes in, bytes out, no sockets and no threads.
 *
 * <p>One thread at a time. While a {@link #task} is out, nothing else may be called. After a {@link
 * TlsFailedException} only {@link #takeCiphertext}, {@link #takePlaintext}, {@link #isOpen}, {@link #session} and {@link
 * #release} may: the alert is in the ciphertext, and what came before the fault, perhaps the end of the handshake, is in
 * the plaintext.
 */
interface TlsEngine {
    /**
     * Takes bytes from the peer, and goes on as far as they reach: handshake, plaintext, answers of its own.
     *
     * @param ciphertext any piece of the stream; its array is not written to
     * @throws TlsFailedException when TLS has failed
     */
    void receive(ByteString ciphertext);

    /**
     * Encrypts, after the handshake and before {@link #closeOutbound}.
     *
     * @throws TlsFailedException when TLS has failed
     */
    void send(ByteString plaintext);

    /** Ends our direction with close_notify, once. The peer's stays open where the version has it (TLS 1.3). */
    void closeOutbound();

    /** What takes long and has to be run elsewhere, once; then {@link #resume} is called. Null: there is nothing. */
    @Nullable
    Runnable task();

    /**
     * Goes on after a task.
     *
     * @throws TlsFailedException when TLS has failed
     */
    void resume();

    /** Takes what has been decrypted; may be empty. */
    ByteString takePlaintext();

    /** Takes what has to go to the peer; may be empty. */
    ByteString takeCiphertext();

    /** Whether the handshake is done. */
    boolean isOpen();

    /** Whether the peer has ended its direction with close_notify. */
    boolean isInboundClosed();

    /** Whether our close_notify is in what has been, or will be, taken. */
    boolean isOutboundClosed();

    /** What the handshake has agreed on. Only once {@link #isOpen}. */
    TlsSession session();

    /** Gives everything back that the garbage collector does not know of. Once, last, and not while a task runs. */
    void release();
}

/**
 * Frames, codecs and the messages that connections and processors exchange. Bytes only: no sockets, no TLS.
 *
 * <p>Start at {@link io.penstock.protocol.ProcessorProtocol} (what a processor receives and answers), {@link
 * io.penstock.protocol.Protocols} (codecs by name) and {@link io.penstock.protocol.ConnectionEvent} (what happens to a
 * connection).
 */
@NullMarked
package io.penstock.protocol;

import org.jspecify.annotations.NullMarked;

package io.penstock.processor;

import io.penstock.protocol.ConnectionInfo;
import io.penstock.protocol.QuarantineProtocol.Item;
import io.penstock.protocol.TlsSession;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a frame that was set aside. Texts are a stranger's words: whoever prints them escapes them.
 *
 * @param id names it; unique within its quarantine, sorts by time
 * @param time when it was set aside first
 * @param listener the name of the listener that took it
 * @param connection the id of its connection, within the process that took it
 * @param peer the client's address, as {@link ConnectionInfo#address} writes it
 * @param local the address that the client connected to, likewise
 * @param protocol the name of the protocol that cut it
 * @param tls what the handshake agreed on, less the client's chain; null on a plaintext port
 * @param reason a word, as in {@link Item}
 * @param detail one sentence, without payload
 * @param size of the payload, in bytes
 * @param frameSize of the frame, in bytes, or more: the payload may be its beginning alone
 * @param payloadKept whether the payload is there
 * @param attempts how often it was given to a processor again, in vain
 * @param note why it was not given to a processor when that was asked for; empty: it was not asked for, or it was given
 */
public record QuarantineEntry(
        String id,
        Instant time,
        String listener,
        long connection,
        String peer,
        String local,
        String protocol,
        @Nullable TlsSession tls,
        String reason,
        String detail,
        long size,
        long frameSize,
        boolean payloadKept,
        int attempts,
        String note) {
    /** The reason of frames that a processor could not process. */
    static final String PROCESSOR_FAILED = "processor-failed";

    /** The reason of frames of which only the beginning was kept. */
    static final String TOO_LONG = "too-long";

    /** Sentences end up in a line each, of a file that is read as a whole. */
    private static final int LONGEST_SENTENCE = 2000;

    static QuarantineEntry of(String id, Item item, boolean payloadKept) {
        ConnectionInfo connection = item.connection();
        return new QuarantineEntry(
                id,
                item.time(),
                connection.listener(),
                connection.id(),
                ConnectionInfo.address(connection.peer()),
                ConnectionInfo.address(connection.local()),
                connection.protocol().name(),
                connection.tls(),
                item.reason(),
                cut(item.detail()),
                item.payload().size(),
                item.frameSize(),
                payloadKept,
                0,
                "");
    }

    /** Whether the payload is only the beginning of the frame. */
    public boolean isCut() {
        return frameSize > size;
    }

    /** The header of its file: a JSON object in printable ASCII, on one line without its end. */
    public String json() {
        return new String(EntryHeader.write(this), StandardCharsets.US_ASCII).stripTrailing();
    }

    /** The same after a processor has failed at it once more. */
    QuarantineEntry failedAgain(String why) {
        return with(PROCESSOR_FAILED, cut(why), attempts + 1, "");
    }

    /** The same with a word on why it was not tried. */
    QuarantineEntry notTried(String why) {
        return with(reason, detail, attempts, cut(why));
    }

    private QuarantineEntry with(String newReason, String newDetail, int newAttempts, String newNote) {
        return new QuarantineEntry(
                id,
                time,
                listener,
                connection,
                peer,
                local,
                protocol,
                tls,
                newReason,
                newDetail,
                size,
                frameSize,
                payloadKept,
                newAttempts,
                newNote);
    }

    private static String cut(String text) {
        return text.length() <= LONGEST_SENTENCE ? text : text.substring(0, LONGEST_SENTENCE) + "…";
    }
}

package io.penstock.processor;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.apache.pekko.util.ByteString;

/**
 * Writes frames as records, through a buffer that is small also when a frame is not.
 *
 * <pre>
 *   envelope none
 *     no delimiters (raw):  | payload |
 *
 *     delimited:            | payload           | LF |   a payload without CR and LF that does not begin with \
 *                           | \ escaped payload | LF |   any other: LF as \n, CR as \r, \ as \\
 *   envelope json           | JSON object       | LF |
 *   envelope length         | 4 bytes, big-endian | payload |
 * </pre>
 *
 * A line is therefore always one record, and reads back unambiguously: only a line that begins with a backslash is
 * escaped. Text that merely holds backslashes (JSON, paths) is written as it is. The form is that of GNU md5sum for
 * names of files.
 */
final class RecordWriter {
    private static final int BUFFER = 64 * 1024;
    /** Of a line of JSON without its payload; enough to judge a file's size by. */
    private static final int JSON_BYTES = 160;

    private final Envelope envelope;
    private final byte[] buffer = new byte[BUFFER];
    private int used;

    RecordWriter(Envelope envelope) {
        this.envelope = envelope;
    }

    /** Whether records of a batch are lines: whether a line that is incomplete before them would be glued to the first. */
    boolean writesLines(Batch batch) {
        return envelope == Envelope.JSON || (envelope == Envelope.NONE && batch.delimited());
    }

    /** Bytes that a batch takes, as far as it can be said without writing it; escapes come on top. */
    long estimate(Batch batch) {
        int around = switch (envelope) {
            case NONE -> batch.delimited() ? 1 : 0;
            case JSON -> JSON_BYTES;
            case LENGTH -> Envelope.LENGTH_BYTES;
        };
        return batch.payloadBytes() + (long) around * batch.count();
    }

    /**
     * Writes a record for each frame.
     *
     * @param newLine end the line that the file ends in first, so that no line is glued to raw bytes
     */
    void write(Batch batch, boolean newLine, FileLayer.OpenFile file) throws IOException {
        used = 0;
        if (newLine) {
            put('\n', file);
        }
        for (ByteString frame : batch.frames()) {
            write(batch, frame, file);
        }
        flush(file);
    }

    private void write(Batch batch, ByteString frame, FileLayer.OpenFile file) throws IOException {
        switch (envelope) {
            case NONE -> writePlain(frame, batch.delimited(), file);
            case JSON -> {
                ByteArrayOutputStream line = new ByteArrayOutputStream(JSON_BYTES + frame.size());
                envelope.wrap(batch.connection(), batch.time(), frame, line);
                put(line.toByteArray(), file);
                put('\n', file);
            }
            case LENGTH -> {
                put(Envelope.length(frame), file);
                put(frame.toArrayUnsafe(), file);
            }
        }
    }

    private void writePlain(ByteString frame, boolean delimited, FileLayer.OpenFile file) throws IOException {
        byte[] payload = frame.toArrayUnsafe();
        if (!delimited || isPlain(payload)) {
            put(payload, file);
        } else {
            putEscaped(payload, file);
        }
        if (delimited) {
            put('\n', file);
        }
    }

    private static boolean isPlain(byte[] payload) {
        for (byte b : payload) {
            if (b == '\n' || b == '\r') {
                return false;
            }
        }
        return payload.length == 0 || payload[0] != '\\';
    }

    private void putEscaped(byte[] payload, FileLayer.OpenFile file) throws IOException {
        put('\\', file);
        for (byte b : payload) {
            if (b == '\n' || b == '\r' || b == '\\') {
                put('\\', file);
                put(b == '\n' ? 'n' : b == '\r' ? 'r' : '\\', file);
            } else {
                put(b, file);
            }
        }
    }

    private void put(int b, FileLayer.OpenFile file) throws IOException {
        if (used == BUFFER) {
            flush(file);
        }
        buffer[used++] = (byte) b;
    }

    private void put(byte[] bytes, FileLayer.OpenFile file) throws IOException {
        int from = 0;
        while (from < bytes.length) {
            if (used == BUFFER) {
                flush(file);
            }
            int length = Math.min(bytes.length - from, BUFFER - used);
            System.arraycopy(bytes, from, buffer, used, length);
            used += length;
            from += length;
        }
    }

    private void flush(FileLayer.OpenFile file) throws IOException {
        if (used > 0) {
            file.write(ByteBuffer.wrap(buffer, 0, used));
            used = 0;
        }
    }
}

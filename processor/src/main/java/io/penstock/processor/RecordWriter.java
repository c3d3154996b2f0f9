package io.penstock.processor;

import io.penstock.protocol.Frames;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.apache.pekko.util.ByteString;

/**
 * Writes frames as records, through a buffer that is small also when a frame is not.
 *
 * <pre>
 *   no delimiters (raw):  | payload |
 *
 *   delimited:            | payload           | LF |   a payload without CR and LF that does not begin with \
 *                         | \ escaped payload | LF |   any other: LF as \n, CR as \r, \ as \\
 * </pre>
 *
 * A record is therefore always one line, and reads back unambiguously: only a line that begins with a backslash is
 * escaped. Text that merely holds backslashes (JSON, paths) is written as it is. The form is that of GNU md5sum for
 * names of files.
 */
final class RecordWriter {
    private static final int BUFFER = 64 * 1024;

    private final byte[] buffer = new byte[BUFFER];
    private int used;

    /** Writes the payloads one after the other. */
    void writeRaw(Frames frames, FileLayer.OpenFile file) throws IOException {
        used = 0;
        for (ByteString frame : frames) {
            put(frame.toArrayUnsafe(), file);
        }
        flush(file);
    }

    /**
     * Writes a line for each frame.
     *
     * @param newLine end the line that the file ends in first, so that no record is glued to a torn one
     */
    void writeLines(Frames frames, boolean newLine, FileLayer.OpenFile file) throws IOException {
        used = 0;
        if (newLine) {
            put('\n', file);
        }
        for (ByteString frame : frames) {
            byte[] payload = frame.toArrayUnsafe();
            if (isPlain(payload)) {
                put(payload, file);
            } else {
                putEscaped(payload, file);
            }
            put('\n', file);
        }
        flush(file);
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

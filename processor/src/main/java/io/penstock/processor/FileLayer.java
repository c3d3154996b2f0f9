package io.penstock.processor;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/**
 * The file operations whose order decides what survives a crash. A seam: killing a process does not test that order,
 * as the page cache survives it, so tests record the calls instead.
 */
interface FileLayer {
    /** Opens a file for appending; makes it, readable by owner and group, where it is missing. */
    OpenFile append(Path file) throws IOException;

    void createDirectory(Path directory) throws IOException;

    /** Renames within a directory; never overwrites. */
    void move(Path from, Path to) throws IOException;

    /** Makes files created in a directory, or renamed there, survive a crash. */
    void forceDirectory(Path directory) throws IOException;

    /** A file that is appended to. */
    interface OpenFile extends Closeable {
        long size() throws IOException;

        /** Writes all of it, or throws with a part written. */
        void write(ByteBuffer bytes) throws IOException;

        /** Returns when what was written is on stable storage. */
        void force() throws IOException;

        void truncate(long size) throws IOException;
    }
}

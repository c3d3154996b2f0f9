package io.penstock.processor;

import java.time.Clock;

/**
 * What all files of one {@link FileProcessor} share.
 *
 * @param directories what has to be synchronised besides the files
 * @param closedEarly files that are closed, with something in them that may have to be undone
 * @param compression of files set aside
 */
record Storage(
        FileSettings settings,
        FileLayer layer,
        Clock clock,
        RecordWriter writer,
        Directories directories,
        ClosedEarly closedEarly,
        Compression compression) {
    static Storage of(FileSettings settings, FileLayer layer, Clock clock) {
        return new Storage(
                settings,
                layer,
                clock,
                new RecordWriter(settings.envelope()),
                new Directories(layer),
                new ClosedEarly(layer),
                settings.rotation().compress() == FileSettings.Compress.GZIP
                        ? Compression.onAThreadOfItsOwn(layer)
                        : Compression.off());
    }

    /** Whether what is written is synchronised before it counts as done. */
    boolean synchronises() {
        return settings.sync() == FileSettings.Sync.BATCH;
    }
}

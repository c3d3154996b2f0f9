package io.penstock.processor;

import io.penstock.protocol.ConnectionInfo;
import io.penstock.protocol.Frames;
import io.penstock.protocol.SyslogMessage;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.pekko.util.ByteString;

/** Finds the file of each frame. Frames of one file keep their order. */
final class Router {
    private final PathTemplate template;
    private final Path base;
    private final FileLimit limit;

    /**
     * Of a template.
     *
     * @param base a real path
     */
    Router(PathTemplate template, Path base, FileLimit limit) {
        this.template = template;
        this.base = base;
        this.limit = limit;
    }

    /** The frames of one read by the files that they go to, paths below the base directory. */
    Map<Path, Batch> route(ConnectionInfo connection, Instant time, Frames frames) throws IOException {
        if (!template.isOfFrames()) {
            Origin origin = new Origin(connection, time, Optional.empty());
            return Map.of(path(origin), Batch.of(connection, time, frames));
        }
        Map<Path, List<ByteString>> parts = new LinkedHashMap<>();
        for (ByteString frame : frames) {
            Origin origin = new Origin(connection, time, SyslogMessage.parse(frame));
            parts.computeIfAbsent(path(origin), path -> new ArrayList<>()).add(frame);
        }
        Map<Path, Batch> batches = new LinkedHashMap<>();
        parts.forEach((path, part) -> batches.put(path, Batch.of(connection, time, part)));
        return batches;
    }

    private Path path(Origin origin) throws IOException {
        Path path = template.resolve(origin, false);
        boolean admitted = !template.isUnbounded() || limit.admits(path, origin.time());
        return base.resolve(admitted ? path : template.resolve(origin, true));
    }
}

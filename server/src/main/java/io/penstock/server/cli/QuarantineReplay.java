package io.penstock.server.cli;

import io.penstock.processor.QuarantineEntry;
import io.penstock.processor.QuarantineFiles;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Hands entries over to the server that runs, or to the next one, and waits for what comes of them. Says it of each as
 * soon as it is known.
 */
final class QuarantineReplay {
    private static final long LOOK_MILLIS = 100;

    private final QuarantineFiles files;
    private final Terminal terminal;
    private final Set<String> waiting = new LinkedHashSet<>();
    private boolean allReplayed = true;

    QuarantineReplay(QuarantineFiles files, Terminal terminal) {
        this.files = files;
        this.terminal = terminal;
    }

    /**
     * Replays.
     *
     * @param ids oldest first, of entries that are there
     * @param arguments whether to wait for what comes of them, and how long, and what to do with those that are cut
     * @return whether all have been replayed, or handed over where that is not waited for
     */
    boolean run(List<String> ids, QuarantineArguments arguments) throws IOException {
        Set<String> already = new HashSet<>(files.waiting());
        for (String id : ids) {
            if (already.contains(id) || handOver(id, arguments.cut())) {
                waiting.add(id);
            }
        }
        if (!files.isServed() && !waiting.isEmpty()) {
            terminal.err().println("no server runs that keeps frames in this quarantine: they wait for its next start");
        } else if (arguments.waits()) {
            await(System.nanoTime() + arguments.timeout().toNanos());
        }
        waiting.forEach(id -> say(id, "waiting"));
        return allReplayed && (!arguments.waits() || waiting.isEmpty());
    }

    private boolean handOver(String id, boolean alsoCut) {
        try {
            Optional<String> obstacle = files.entry(id).flatMap(entry -> obstacle(entry, alsoCut));
            if (obstacle.isPresent()) {
                failed(id, "not replayed: " + obstacle.get());
                return false;
            }
            files.handOver(id);
            return true;
        } catch (NoSuchFileException e) {
            failed(id, "not replayed: it has just been taken away");
        } catch (IOException e) {
            failed(id, "not replayed: " + QuarantineFiles.words(e));
        }
        return false;
    }

    /** What a processor would take for the frame is not the frame. */
    private static Optional<String> obstacle(QuarantineEntry entry, boolean alsoCut) {
        if (!entry.payloadKept()) {
            return Optional.of("its payload was not kept");
        }
        return entry.isCut() && !alsoCut
                ? Optional.of(QuarantineShow.beginning(entry) + " (--cut to replay it all the same)")
                : Optional.empty();
    }

    private void await(long deadline) throws IOException {
        try {
            while (!waiting.isEmpty() && System.nanoTime() < deadline) {
                Set<String> still = new HashSet<>(files.waiting());
                for (String id : List.copyOf(waiting)) {
                    if (!still.contains(id)) {
                        waiting.remove(id);
                        outcome(id);
                    }
                }
                if (!waiting.isEmpty()) {
                    Thread.sleep(LOOK_MILLIS);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** A server puts it back before it takes it away from those that wait, so that it is here now or done with. */
    private void outcome(String id) {
        try {
            Optional<QuarantineEntry> back = files.entry(id);
            if (back.isEmpty()) {
                say(id, "replayed");
            } else if (back.get().note().isEmpty()) {
                failed(id, "failed again: " + back.get().detail());
            } else {
                failed(id, "not replayed: " + back.get().note());
            }
        } catch (IOException e) {
            failed(id, "not replayed: " + QuarantineFiles.words(e));
        }
    }

    private void failed(String id, String words) {
        allReplayed = false;
        say(id, words);
    }

    private void say(String id, String words) {
        terminal.out().println(Printable.line(id + "  " + words));
    }
}

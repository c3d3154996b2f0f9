package io.penstock.server.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import io.penstock.processor.QuarantineEntry;
import io.penstock.processor.QuarantineFiles;
import io.penstock.processor.QuarantineSettings;
import java.io.IOException;
import java.time.temporal.ChronoUnit;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** What is in a quarantine, a line each, newest last. Read one by one: there may be very many. */
final class QuarantineList {
    private static final String ROW = "%-39s %-20s %-16s %-21s %-24s %-10s %9s  %s";

    private final QuarantineFiles files;
    private final QuarantineSettings settings;
    private final Terminal terminal;
    private final Map<String, String> damaged = new TreeMap<>();

    QuarantineList(QuarantineFiles files, QuarantineSettings settings, Terminal terminal) {
        this.files = files;
        this.settings = settings;
        this.terminal = terminal;
    }

    /** Prints a table; false when an entry could not be read. */
    boolean print() throws IOException {
        List<String> ids = files.all();
        Set<String> waiting = new HashSet<>(files.waiting());
        if (!ids.isEmpty()) {
            line(ROW.formatted("ID", "TIME", "REASON", "PEER", "IDENTITY", "PROTOCOL", "BYTES", "DETAIL"));
        }
        for (String id : ids) {
            entry(id).ifPresent(entry -> line(row(entry, waiting.contains(id))));
        }
        damaged.forEach((id, why) -> terminal.err().println(Printable.line(id + ": cannot be read: " + why)));
        line(total(ids.size(), waiting.size()));
        return damaged.isEmpty();
    }

    private void line(String text) {
        terminal.out().println(Printable.line(text));
    }

    /** Empty also when it has gone since. */
    private Optional<QuarantineEntry> entry(String id) {
        try {
            return files.entry(id);
        } catch (IOException e) {
            damaged.put(id, QuarantineFiles.words(e));
            return Optional.empty();
        }
    }

    private static String row(QuarantineEntry entry, boolean waits) {
        return ROW.formatted(
                entry.id(),
                entry.time().truncatedTo(ChronoUnit.SECONDS),
                entry.reason(),
                entry.peer(),
                identity(entry),
                entry.protocol(),
                entry.size(),
                detail(entry, waits));
    }

    private static String identity(QuarantineEntry entry) {
        return entry.tls() == null || entry.tls().client() == null
                ? "-"
                : entry.tls().client().subject();
    }

    private static String detail(QuarantineEntry entry, boolean waits) {
        StringBuilder words = new StringBuilder();
        if (waits) {
            words.append("[waits for replay] ");
        }
        if (!entry.payloadKept()) {
            words.append("[without payload] ");
        }
        if (entry.isCut()) {
            words.append("[cut] ");
        }
        if (entry.attempts() > 0) {
            words.append("[replayed in vain: ").append(entry.attempts()).append("] ");
        }
        return words.append(entry.detail()).toString();
    }

    private String total(int entries, int waiting) throws IOException {
        return entries
                + (entries == 1 ? " frame, " : " frames, ")
                + (waiting == 0 ? "" : waiting + " of them waiting for replay, ")
                + files.cost()
                + " of "
                + settings.maxSize()
                + " bytes (quarantine.max-size) in "
                + settings.path().orElseThrow();
    }

    /** The same for programs; {@code docs/quarantine.md} describes it. */
    boolean printJson() throws IOException {
        JsonFactory factory =
                JsonFactory.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();
        try (JsonGenerator json = factory.createGenerator(terminal.out())) {
            json.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
            json.writeStartObject();
            json.writeStringField("path", settings.path().orElseThrow().toString());
            json.writeNumberField("bytes", files.cost());
            json.writeNumberField("maxSize", settings.maxSize());
            json.writeArrayFieldStart("waiting");
            for (String id : files.waiting()) {
                json.writeString(id);
            }
            json.writeEndArray();
            json.writeArrayFieldStart("entries");
            for (String id : files.all()) {
                Optional<QuarantineEntry> entry = entry(id);
                if (entry.isPresent()) {
                    json.writeRawValue(entry.get().json());
                }
            }
            json.writeEndArray();
            json.writeObjectFieldStart("damaged");
            for (Map.Entry<String, String> one : damaged.entrySet()) {
                json.writeStringField(one.getKey(), one.getValue());
            }
            json.writeEndObject();
            json.writeEndObject();
        }
        terminal.out().println();
        return damaged.isEmpty();
    }
}

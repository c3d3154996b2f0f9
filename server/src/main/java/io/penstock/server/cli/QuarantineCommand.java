package io.penstock.server.cli;

import io.penstock.processor.QuarantineFiles;
import io.penstock.processor.QuarantineSettings;
import io.penstock.protocol.InvalidSettingsException;
import io.penstock.protocol.NearNames;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Frames that were set aside: what there is of them, and giving them to the processors again. */
final class QuarantineCommand {
    static final List<String> NAMES = List.of("list", "show", "replay");

    private static final String NAME = "penstock quarantine";
    private static final int OK = 0;
    private static final int FAILED = 1;

    private final Terminal terminal;

    QuarantineCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    /** Runs; the exit code. */
    int run(List<String> words) {
        String word = words.isEmpty() ? "" : words.get(0);
        List<String> rest = words.isEmpty() ? words : words.subList(1, words.size());
        return switch (word) {
            case "list" -> run(QuarantineArguments.list(rest), this::list);
            case "show" -> run(QuarantineArguments.show(rest), this::show);
            case "replay" -> run(QuarantineArguments.replay(rest), this::replay);
            case "--help", "-h" -> help();
            case "" -> throw new UsageException(NAME, "what to do is missing (expected: list, show or replay)");
            default -> throw new UsageException(NAME, "unknown command " + word + NearNames.hint(word, NAMES));
        };
    }

    private interface Work {
        int run(QuarantineArguments arguments, QuarantineSettings settings, QuarantineFiles files) throws IOException;
    }

    private int run(QuarantineArguments arguments, Work work) {
        if (arguments.help()) {
            return help();
        }
        QuarantineSettings settings = settings(arguments);
        Path path = settings.path().orElseThrow();
        try {
            return work.run(arguments, settings, new QuarantineFiles(path));
        } catch (IOException e) {
            terminal.err().println(Printable.line(path + ": " + QuarantineFiles.words(e)));
            return FAILED;
        }
    }

    private QuarantineSettings settings(QuarantineArguments arguments) {
        Layers layers = Layers.load(arguments.configuration(), terminal.environment());
        if (!layers.problems().isEmpty()) {
            throw new InvalidSettingsException(layers.problems());
        }
        return QuarantineSettings.from(layers.config());
    }

    private int help() {
        terminal.out().print(Help.QUARANTINE);
        return OK;
    }

    private int list(QuarantineArguments arguments, QuarantineSettings settings, QuarantineFiles files)
            throws IOException {
        QuarantineList list = new QuarantineList(files, settings, terminal);
        boolean readable = arguments.json() ? list.printJson() : list.print();
        hintWhereEmpty(arguments, settings, files);
        return readable ? OK : FAILED;
    }

    private int show(QuarantineArguments arguments, QuarantineSettings settings, QuarantineFiles files)
            throws IOException {
        String id = known(arguments, settings, files).get(0);
        return new QuarantineShow(files, terminal).print(id, arguments.payload()) ? OK : FAILED;
    }

    private int replay(QuarantineArguments arguments, QuarantineSettings settings, QuarantineFiles files)
            throws IOException {
        List<String> ids = arguments.all() ? files.all() : known(arguments, settings, files);
        hintWhereEmpty(arguments, settings, files);
        QuarantineReplay replay = new QuarantineReplay(files, terminal);
        return replay.run(ids, arguments) ? OK : FAILED;
    }

    /** Nothing is done with any when one is wrong. */
    private List<String> known(QuarantineArguments arguments, QuarantineSettings settings, QuarantineFiles files)
            throws IOException {
        List<String> all = files.all();
        for (String id : arguments.ids()) {
            if (!all.contains(id)) {
                String near = NearNames.hint(id, all);
                throw arguments.wrong(
                        "unknown id " + id + " in " + settings.path().orElseThrow()
                                + (near.isEmpty() ? " (expected: one of those of penstock quarantine list)" : near)
                                + elsewhere(arguments, settings)
                                        .map(words -> "; " + words)
                                        .orElse(""));
            }
        }
        return arguments.ids();
    }

    private void hintWhereEmpty(QuarantineArguments arguments, QuarantineSettings settings, QuarantineFiles files)
            throws IOException {
        if (files.all().isEmpty()) {
            elsewhere(arguments, settings).ifPresent(words -> terminal.err().println(Printable.line(words)));
        }
    }

    /** A hint, where nobody has said which directory, that the server may have been told another one. */
    private Optional<String> elsewhere(QuarantineArguments arguments, QuarantineSettings settings) {
        Path path = settings.path().orElseThrow();
        boolean said = arguments.configuration().file().isPresent()
                || !path.equals(Layers.defaultQuarantine(terminal.environment()));
        return said
                ? Optional.empty()
                : Optional.of(path + " is the default directory; if the server has a configuration file, name it: "
                        + arguments.withFile());
    }
}

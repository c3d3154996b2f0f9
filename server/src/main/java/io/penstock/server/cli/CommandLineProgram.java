package io.penstock.server.cli;

import io.penstock.protocol.InvalidSettingsException;
import io.penstock.protocol.NearNames;
import io.penstock.protocol.SettingsReader;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** The commands by name. Returns exit codes and ends nothing, so that tests can run it. */
final class CommandLineProgram {
    private static final int OK = 0;
    private static final int FAILED = 1;
    private static final int WRONG = 2;

    private static final List<String> COMMANDS =
            List.of("serve", "check", "send", "cert", "quarantine", "bench", "config", "version");
    private static final String NAME = "penstock";

    private final Terminal terminal;
    private final ServerStarter starter;
    private final DevelopmentCertificates development;
    private final ServeRun.Surroundings process;

    CommandLineProgram(
            Terminal terminal,
            ServerStarter starter,
            DevelopmentCertificates development,
            ServeRun.Surroundings process) {
        this.terminal = terminal;
        this.starter = starter;
        this.development = development;
        this.process = process;
    }

    /** Runs a command line to its end; the exit code. */
    int run(String... words) {
        try {
            return command(List.of(words));
        } catch (UsageException e) {
            error(e.command() + ": " + e.line());
            error("try '" + e.command() + " --help'");
            return WRONG;
        } catch (InvalidSettingsException e) {
            e.problems().forEach(this::error);
            return WRONG;
        } catch (RuntimeException e) {
            error(NAME + ": failed");
            e.printStackTrace(terminal.err());
            return FAILED;
        }
    }

    private int command(List<String> words) {
        if (words.isEmpty()) {
            throw new UsageException(
                    NAME,
                    "a command is missing (expected: serve, check, send, bench, config, cert, quarantine or version)");
        }
        List<String> rest = words.subList(1, words.size());
        String word = words.get(0);
        return switch (word) {
            case "--help", "-h" -> help(Help.TOP);
            case "--version", "-V" -> help(NAME + " " + VersionCommand.version() + "\n");
            case "serve" -> serve(rest);
            case "check" -> check(rest);
            case "send" ->
                SendArguments.parse(rest).map(new SendCommand(terminal)::run).orElseGet(() -> help(Help.send()));
            case "bench" ->
                BenchArguments.parse(rest)
                        .map(new BenchCommand(terminal, process)::run)
                        .orElseGet(() -> help(Help.bench()));
            case "config" -> config(rest);
            case "version" -> version(rest);
            case "cert" -> cert(rest);
            case "quarantine" -> new QuarantineCommand(terminal).run(rest);
            default -> {
                String kind = word.startsWith("-") ? "unknown option " : "unknown command ";
                throw new UsageException(NAME, kind + word + NearNames.hint(word, COMMANDS));
            }
        };
    }

    private int serve(List<String> words) {
        Arguments arguments = Arguments.parse("penstock serve", words);
        return arguments.help()
                ? help(Help.serve())
                : new ServeCommand(terminal, starter, process).run(Layers.load(arguments, terminal.environment()));
    }

    private int check(List<String> words) {
        Arguments arguments = Arguments.parseWithJson("penstock check", words);
        return arguments.help() ? help(Help.check()) : new CheckCommand(terminal, starter).run(arguments);
    }

    private int config(List<String> words) {
        Arguments arguments = Arguments.parse("penstock config", words);
        if (arguments.help()) {
            return help(Help.config());
        }
        Layers layers = Layers.load(arguments, terminal.environment());
        List<String> problems = new ArrayList<>(layers.problems());
        SettingsReader reader = new SettingsReader(layers.config());
        List<String> warnings = new ArrayList<>(layers.warnings());
        warnings.addAll(ServeSettings.read(reader).warnings());
        try {
            reader.finish();
        } catch (InvalidSettingsException e) {
            problems.addAll(e.problems());
        }
        if (!problems.isEmpty()) {
            throw new InvalidSettingsException(problems);
        }
        warnings.forEach(warning -> error("warning: " + warning));
        ConfigCommand.print(layers.config(), terminal.out());
        return OK;
    }

    private int version(List<String> words) {
        if (PicocliParsing.parse(PicocliParsing.command("penstock version"), words)
                .isUsageHelpRequested()) {
            return help(Help.VERSION);
        }
        VersionCommand.print(terminal.out());
        return OK;
    }

    private int cert(List<String> words) {
        String word = words.isEmpty() ? "" : words.get(0);
        return switch (word) {
            case "dev" -> certDev(words.subList(1, words.size()));
            case "show" -> certShow(words.subList(1, words.size()));
            case "--help", "-h" -> help(Help.CERT);
            case "" -> throw new UsageException("penstock cert", "what to do is missing (expected: dev or show)");
            default ->
                throw new UsageException(
                        "penstock cert", "unknown command " + word + NearNames.hint(word, List.of("dev", "show")));
        };
    }

    private int certShow(List<String> words) {
        CertShowArguments arguments = CertShowArguments.parse(words);
        return arguments.help()
                ? help(Help.CERT_SHOW)
                : new CertShowCommand(terminal, Clock.systemUTC()).run(arguments);
    }

    private int certDev(List<String> words) {
        CommandSpec spec = PicocliParsing.command("penstock cert dev");
        spec.addOption(OptionSpec.builder("--hostname")
                .arity("1")
                .type(String.class)
                .paramLabel("NAME")
                .build());
        CommandLine.ParseResult result = PicocliParsing.parse(spec, words);
        if (result.isUsageHelpRequested()) {
            return help(Help.CERT);
        }
        Optional<String> hostname = Optional.ofNullable(result.matchedOptionValue("--hostname", null));
        CertDevCommand.print(development.ensure(terminal.environment(), hostname), terminal.out());
        return OK;
    }

    private int help(String text) {
        terminal.out().print(text);
        return OK;
    }

    private void error(String line) {
        terminal.err().println(Printable.line(line));
    }
}

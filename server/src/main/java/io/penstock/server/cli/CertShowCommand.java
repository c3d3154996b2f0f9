package io.penstock.server.cli;

import io.penstock.protocol.InvalidSettingsException;
import io.penstock.server.cli.CertShowTarget.OfFile;
import io.penstock.server.cli.CertShowTarget.OfServer;
import io.penstock.server.pki.Examination;
import io.penstock.server.pki.ExaminationOptions;
import io.penstock.server.pki.Finding;
import io.penstock.server.tls.ServerProbe;
import io.penstock.server.tls.ServerProbe.Shown;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Explains chains: those of files, taken together, and of each server named. */
final class CertShowCommand {
    private static final int OK = 0;
    private static final int UNREACHABLE = 1;
    private static final int FAULTY = 2;

    private final Terminal terminal;
    private final Clock clock;

    CertShowCommand(Terminal terminal, Clock clock) {
        this.terminal = terminal;
        this.clock = clock;
    }

    /**
     * One chain.
     *
     * @param title the files or the server as named
     * @param shown by a server
     */
    record Explained(String title, Optional<Shown> shown, Examination examination) {}

    /**
     * Looks and prints.
     *
     * @return 0 when nothing is wrong, or nothing but warnings; 2 for faults; 1 when a server could not be looked at
     * @throws InvalidSettingsException for files that cannot be read
     */
    int run(CertShowArguments arguments) {
        ExaminationOptions options = arguments.options(terminal.environment(), clock);
        List<Explained> explained = new ArrayList<>();
        List<String> unreachable = new ArrayList<>();
        files(arguments, options).ifPresent(explained::add);
        for (CertShowTarget target : arguments.targets()) {
            if (target instanceof OfServer server) {
                try {
                    explained.add(look(server, arguments, options));
                } catch (IOException e) {
                    unreachable.add(server + ": " + e.getMessage());
                }
            }
        }
        if (arguments.json()) {
            CertShowJson.print(explained, unreachable, terminal.out());
        } else {
            CertShowText text = new CertShowText(terminal.out(), clock.instant());
            explained.forEach(text::print);
        }
        unreachable.forEach(line -> terminal.err().println(Printable.line(line)));
        return code(explained, unreachable);
    }

    private static int code(List<Explained> explained, List<String> unreachable) {
        boolean faulty = explained.stream().anyMatch(one -> one.examination().count(Finding.Severity.FAULT) > 0);
        return faulty ? FAULTY : unreachable.isEmpty() ? OK : UNREACHABLE;
    }

    private static Optional<Explained> files(CertShowArguments arguments, ExaminationOptions options) {
        List<Path> paths = arguments.targets().stream()
                .filter(OfFile.class::isInstance)
                .map(target -> ((OfFile) target).path())
                .toList();
        if (paths.isEmpty()) {
            return Optional.empty();
        }
        Examination examination = Examination.ofFiles(paths, options.withHostname(arguments.hostname(), ""));
        String title = String.join(" ", paths.stream().map(Path::toString).toList());
        return Optional.of(new Explained(title, Optional.empty(), examination));
    }

    private static Explained look(OfServer server, CertShowArguments arguments, ExaminationOptions options)
            throws IOException {
        String asked = arguments.serverName().orElse(server.host());
        Shown shown = ServerProbe.look(server.host(), server.port(), asked, arguments.timeout());
        Optional<String> hostname = arguments.hostname().or(() -> Optional.of(asked));
        Examination examination =
                Examination.ofServer(shown.chain(), server.toString(), options.withHostname(hostname, ""));
        return new Explained(server.toString(), Optional.of(shown), examination);
    }
}

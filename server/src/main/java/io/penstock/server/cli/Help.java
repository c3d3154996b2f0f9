package io.penstock.server.cli;

import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import io.penstock.protocol.SettingsReader;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** The texts of {@code --help}. Defaults come from the same place as those in force. */
final class Help {
    static final String TOP = """
            Penstock: a TLS front door for byte streams.

            Usage: penstock [--help | --version] COMMAND

            Commands:
              serve      run the server
              check      would this configuration and these certificates work?
              send       send stdin or files to a server and print its replies
              bench      put a load on a server and measure what it does
              config     show the effective configuration and where each value comes from
              cert show  explain a certificate chain, in files or of a server
              cert dev   make or show the development CA
              quarantine list, show or replay frames that were set aside
              version    show the versions of Penstock, Java and Pekko

            Example: penstock serve --port 9000 --protocol lines
            'penstock COMMAND --help' says more.
            """;

    static final String VERSION = """
            Usage: penstock version

            Shows the versions of Penstock, Java, the system and Pekko.

            Example: penstock version
            """;

    static final String CERT = """
            Usage: penstock cert dev [--hostname NAME]

            Makes the development CA and a certificate for localhost, 127.0.0.1, ::1 and this host's name, or renews
            them, and shows where they are. They are kept in $PENSTOCK_HOME, by default
            ${XDG_STATE_HOME:-~/.local/state}/penstock. `penstock serve` uses them when it is given no certificate.

              --hostname NAME  a further name for the certificate; a new one takes a new CA, which those who trusted
                               the old one have to trust instead

            'penstock cert show --help' is about chains, in files or of a server.

            Example: penstock cert dev --hostname gate.example.test
            """;

    static final String CERT_SHOW = """
            Usage: penstock cert show [OPTIONS] HOST:PORT|FILE...

            Explains a certificate chain: what it says, what is wrong with it, why that matters and the command that
            mends it. Files (PEM, DER, PKCS#7, PKCS#12, JKS) are taken together: a chain, its intermediates, its key.
            A server is asked for its chain; nothing is sent to it, and its certificate is not trusted for that.

              --hostname NAME           the name that clients use; of a server the name asked for
              --servername NAME         the name to ask a server for (SNI), in place of its host
              --ca FILE                 trust these CAs alone, not the development CA, Java's and the system's
              --crl FILE                revocation lists of the issuers
              --key-password-file FILE  password of a key or key store, in the first line
              --client                  judge it as a client's certificate
              --timeout SECONDS         for a server to answer [10]
              --json                    for programs
              -h, --help                this text

            Exit code: 0 nothing wrong, or warnings; 2 faults, or files that cannot be read; 1 no answer of a server.

            Example: penstock cert show chain.pem key.pem --hostname gate.example.test
            """;

    static final String QUARANTINE = """
            Usage: penstock quarantine list [--json] [FILE.conf]
                   penstock quarantine show [--payload] ID [FILE.conf]
                   penstock quarantine replay [--cut] [--no-wait] [--timeout SECONDS] --all|ID... [FILE.conf]

            Frames that a processor could not process, or that were no frames, and were set aside. Replay gives them to
            the processors of the server that runs, or of the next one: those that are processed leave the quarantine,
            those that fail again are kept with their new reason. The directory is that of the same configuration as of
            serve: `quarantine.path`, else `quarantine` in $PENSTOCK_HOME.

              --json             for programs
              --payload          write nothing but the payload, byte for byte
              --all              all that are there
              --cut              also those that were too long and of which there is only the beginning
              --no-wait          do not wait for what comes of it
              --timeout SECONDS  how long to wait for it [30]
              --set KEY=VALUE    any key of the configuration, such as --set quarantine.path=/srv/quarantine
              FILE.conf          a configuration file; its name ends in .conf, or it is there
              -h, --help         this text

            Exit code: 0 done; of replay when all were replayed, with --no-wait when all were handed over; 1 when not, or
            when something cannot be read; 2 wrong usage, or an unknown ID.

            Example: penstock quarantine replay --all
            """;

    private static final String SERVE = """
            Usage: penstock serve [OPTIONS] [FILE.conf]

            Runs the server. stdout carries what processors print, the log goes to stderr. SIGTERM and SIGINT drain.

            Example: penstock serve --port 9000 --cert chain.pem --key key.pem --protocol lines
            """;

    private static final String CHECK = """
            Usage: penstock check [OPTIONS] [FILE.conf]

            Would this configuration and these certificates work? Looks at everything that serve looks at before it
            opens the port, and whether the port is free, and shows what clients would see; takes the options of serve.
            What is wrong comes with why it matters and what mends it. Leaves nothing behind.

              --json  for programs

            Exit code: 0 when serve would start, also with warnings; 2 when it would not.

            Example: penstock check --cert chain.pem --key key.pem --hostname gate.example.org
            """;

    private static final String SEND = """
            Usage: penstock send [OPTIONS] HOST:PORT [FILE...]

            Sends stdin, or files one after the other (`-` is stdin), and prints what the server replies: byte for byte, but
            escaped on a terminal. When the input ends it says so to the server (close_notify) and reads on until the
            server ends, too; a server of TLS 1.2 may end without the replies that it still owes.

            Example: penstock send --protocol lines localhost:8000 orders.txt

            """;

    private static final String SEND_EXIT = """
              -h, --help                this text

            The development CA is that of `penstock serve`: $PENSTOCK_HOME/dev-ca.pem. Exit code: 0 when everything was sent
            and the server has ended in order (with --no-wait: when everything was sent), 1 when not, 2 wrong usage.
            """;

    private static final String BENCH = """
            Usage: penstock bench [OPTIONS] [MODE] [HOST:PORT]

            Puts a load on a server and measures what it does: a table, or JSON. What waits for answers is told as p50 to
            p99.9; with --rate from the moment at which each was due, however late the server made it. Ctrl-C ends the
            measuring early. Against localhost:8000 unless told otherwise.

              handshakes                one full handshake after the other, nothing is sent; the default
              resumed                   the same, each taking up the session of the one before
              ingest                    lines, in one direction
              echo                      a line, and the same line back, before the next (serve --processor echo)
              idle                      connections are opened and held

            Example: penstock bench echo -n 64 -t 30s --rate 10000 localhost:8000

            """;

    private static final String BENCH_EXIT = """
              -h, --help                this text

            The development CA is that of `penstock serve`: $PENSTOCK_HOME/dev-ca.pem. Exit code: 0 when nothing failed, also
            when it was ended early; 1 when something did, or nothing was measured; 2 wrong usage.
            """;

    private static final String CONFIG = """
            Usage: penstock config [OPTIONS] [FILE.conf]

            Shows every key with its value and where that comes from; takes the options of serve.

            Example: penstock config --port 9000 app.conf
            """;

    private static final String LAYERS = """

            Any key of the configuration:
              --set KEY=VALUE  such as --set idle-timeout=5m; may be given several times
              FILE.conf        HOCON; its keys are below `penstock`
              -h, --help       this text

            The first that has a value gives it: command line (of an option given twice the last), environment
            (PENSTOCK_TLS_CLIENT_AUTH is tls.client-auth), Java system properties, FILE.conf, defaults.
            """;

    private Help() {}

    static String serve() {
        return SERVE + options() + LAYERS;
    }

    static String check() {
        return CHECK + options() + LAYERS;
    }

    static String send() {
        return SEND + CommandOption.help(SendOption.all()) + SEND_EXIT;
    }

    static String bench() {
        return BENCH + CommandOption.help(BenchOption.all()) + BENCH_EXIT;
    }

    static String config() {
        return CONFIG + options() + LAYERS;
    }

    private static String options() {
        Reference reference = new Reference();
        int width = java.util.Arrays.stream(ServeOption.values())
                .mapToInt(option -> words(option).length())
                .max()
                .orElse(0);
        List<String> lines = new ArrayList<>();
        for (ServeOption.Group group : ServeOption.Group.values()) {
            lines.add("\n" + group.heading + ":");
            for (ServeOption option : ServeOption.values()) {
                if (option.group == group) {
                    lines.add("  " + words(option)
                            + " ".repeat(width - words(option).length() + 2) + option.meaning
                            + standard(option, reference));
                }
            }
        }
        return lines.stream().collect(Collectors.joining("\n", "", "\n"));
    }

    private static String words(ServeOption option) {
        return option.isFlag() ? option.option : option.option + " " + option.label;
    }

    private static String standard(ServeOption option, Reference reference) {
        return reference
                .value(SettingsReader.ROOT + "." + option.key)
                .filter(value -> !option.isFlag() && !"".equals(value.unwrapped()))
                .map(value -> " [" + render(value) + "]")
                .orElse("");
    }

    private static String render(ConfigValue value) {
        return value.valueType() == ConfigValueType.STRING
                ? String.valueOf(value.unwrapped())
                : value.render(ConfigRenderOptions.concise());
    }
}

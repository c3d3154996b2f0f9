package io.penstock.server.cli;

import com.typesafe.config.Config;
import io.penstock.protocol.KeyNames;
import io.penstock.protocol.Protocol;
import io.penstock.protocol.Protocol.Acknowledgement;
import io.penstock.protocol.SettingsReader;
import io.penstock.server.FileLimit;
import io.penstock.server.ListenerSettings;
import io.penstock.server.ProxySettings;
import io.penstock.server.ServerSettings;
import io.penstock.server.cli.ServerStarter.PreparedListener;
import io.penstock.server.pki.ClientAuth;
import io.penstock.server.pki.HostNames;
import io.penstock.server.pki.Identities;
import io.penstock.server.pki.IdentityFiles;
import io.penstock.server.pki.TrustFiles;
import io.penstock.server.tls.TlsContext;
import io.penstock.server.tls.TlsSettings;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** What a listener would be, for those who want to see whether it is what they meant. */
final class CheckFacts {
    private final Config config;
    private final KeyNames names;
    private final ServerSettings server;
    private final PreparedListener prepared;
    private final Instant now = Clock.systemUTC().instant();

    CheckFacts(Config config, ListenerSettings listener, PreparedListener prepared) {
        this.config = config;
        this.names = listener.names();
        this.server = listener.server();
        this.prepared = prepared;
    }

    /** By name, in the order in which they are shown. */
    Map<String, List<String>> all() {
        Map<String, List<String>> facts = new LinkedHashMap<>();
        facts.put("listen", List.of(new Address(server.host(), server.port()) + Backlog.note(server.backlog())));
        facts.put(
                "tls",
                List.of(
                        server.tls().isEmpty()
                                ? "none, plaintext"
                                : prepared.tls().map(TlsContext::engineNote).orElse("not known")));
        prepared.tls().ifPresent(tls -> facts.put("certificate", certificates(tls)));
        server.tls().ifPresent(tls -> facts.put("clients", List.of(clients(tls))));
        if (server.proxy().isOn()) {
            facts.put("proxies", List.of(proxies(server.proxy())));
        }
        facts.put("protocol", List.of(text("protocol") + ", frames of up to " + text("max-frame-size")));
        facts.put("processor", List.of(processor()));
        facts.put("senders", List.of(senders()));
        facts.put("failures", List.of(failures()));
        facts.put("connections", List.of(server.maxConnections() + " at once; open files: " + openFiles()));
        return facts;
    }

    /** One that serve has yet to make is not shown: it will be another. */
    private List<String> certificates(TlsContext tls) {
        List<String> lines = new ArrayList<>(prepared.development().stream().toList());
        if (lines.isEmpty() || prepared.trustCommand(server.port()).isPresent()) {
            tls.identities().members().stream().map(this::certificate).forEach(lines::add);
        }
        return lines;
    }

    private String certificate(Identities.Member member) {
        X509Certificate leaf = member.identity().leaf();
        Instant until = leaf.getNotAfter().toInstant();
        String subject = leaf.getSubjectX500Principal().getName();
        String section = member.named().section();
        return (section.equals(IdentityFiles.DEFAULT_SECTION) ? "" : section + ": ")
                + (subject.isEmpty() ? "without a subject" : subject) + " for " + names(leaf) + "; expires in "
                + ChronoUnit.DAYS.between(now, until) + " days, on "
                + until.atZone(ZoneOffset.UTC).toLocalDate();
    }

    private static String names(X509Certificate leaf) {
        List<String> names = HostNames.shown(leaf);
        return names.isEmpty() ? "no name" : String.join(", ", names);
    }

    private static String clients(TlsSettings tls) {
        TrustFiles trust = tls.trust();
        if (trust.clientAuth() == ClientAuth.NONE) {
            return "are not asked for certificates";
        }
        String words = "certificate " + trust.clientAuth().name().toLowerCase(Locale.ROOT) + ", of the CAs in "
                + trust.clientCa().map(Object::toString).orElse("no file");
        String revoked = trust.clientCrl().map(file -> "; revoked by " + file).orElse("; none are revoked");
        return words
                + revoked
                + (trust.allowed().isEmpty() ? "; any of them" : "; allowed: " + String.join(", ", trust.allowed()));
    }

    private static String proxies(ProxySettings proxy) {
        return "PROXY header " + proxy.mode().name().toLowerCase(Locale.ROOT) + ", from "
                + proxy.trusted().stream().map(Object::toString).collect(Collectors.joining(", "));
    }

    private String text(String key) {
        return config.getString(SettingsReader.ROOT + "." + names.of(key));
    }

    private String processor() {
        String name = text("processor");
        return switch (name) {
            case "file" -> name + ", " + text("file.path");
            case "forward" ->
                name + ", to "
                        + String.join(
                                ", ", config.getStringList(SettingsReader.ROOT + "." + names.of("forward.targets")))
                        + " by " + text("forward.protocol");
            default -> name;
        };
    }

    private String senders() {
        Protocol protocol = server.framing().protocol();
        return server.ack()
                .filter(step -> protocol.acknowledgement() != Acknowledgement.NEVER)
                .map(step -> "are told once their frames are " + step.word())
                .orElse("are not told what has become of their frames");
    }

    private String failures() {
        return "a bad frame: " + text("on-bad-frame") + "; one that is not processed: " + text("on-processor-failure");
    }

    private static String openFiles() {
        long limit = FileLimit.openFiles();
        return limit == Long.MAX_VALUE ? "unlimited" : Long.toString(limit);
    }
}

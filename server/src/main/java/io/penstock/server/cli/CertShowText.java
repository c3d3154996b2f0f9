package io.penstock.server.cli;

import io.penstock.server.cli.CertShowCommand.Explained;
import io.penstock.server.pki.CertificateFacts;
import io.penstock.server.pki.Examination;
import io.penstock.server.pki.Finding;
import io.penstock.server.pki.Finding.Severity;
import java.io.PrintStream;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A chain for people: the certificates, leaf first, then what is wrong with them. */
final class CertShowText {
    private final PrintStream out;
    private final Instant now;

    CertShowText(PrintStream out, Instant now) {
        this.out = out;
        this.now = now;
    }

    void print(Explained explained) {
        Examination examination = explained.examination();
        head(explained);
        int number = 1;
        for (X509Certificate certificate : examination.chain()) {
            certificate(String.valueOf(number++), CertificateFacts.of(certificate));
        }
        for (X509Certificate certificate : examination.further()) {
            certificate("-", CertificateFacts.of(certificate));
        }
        line("");
        examination.key().ifPresent(key -> line("key    " + key));
        line("trust  " + examination.trustedBy().orElse("nobody that was asked"));
        examination.findings().forEach(this::finding);
        line("");
        line(sum(examination));
    }

    private void head(Explained explained) {
        explained.examination().files().forEach(file -> line(file.path() + ": " + file.form() + ", " + file.holds()));
        explained.shown().ifPresent(shown -> {
            line(explained.title() + ": " + shown.protocol() + ", " + shown.cipher());
            line("asked for " + shown.serverName().orElse("no name") + "; "
                    + (shown.asksForCertificate() ? "it asks for" : "it does not ask for")
                    + " a certificate of the client");
            shown.refusal().ifPresent(reason -> line("the handshake was not finished: " + reason));
        });
    }

    private void certificate(String number, CertificateFacts facts) {
        line("");
        line(number + "  " + (facts.subject().isEmpty() ? "(no subject)" : facts.subject()));
        field("names", facts.names().isEmpty() ? "none" : String.join(", ", facts.names()));
        field("issuer", facts.issuer().equals(facts.subject()) ? "itself" : facts.issuer());
        field("serial", facts.serial());
        field("valid", facts.notBefore() + " until " + facts.notAfter() + " (" + remaining(facts) + ")");
        field("key", facts.key());
        field("signed", facts.signature());
        field("use", use(facts));
        facts.issuerUrl().ifPresent(url -> field("issuer at", url));
        facts.crlUrls().forEach(url -> field("CRL at", url));
        field("sha256", facts.sha256());
        field("pin", facts.pin());
    }

    private static String use(CertificateFacts facts) {
        List<String> uses = new ArrayList<>();
        if (facts.authority()) {
            uses.add("CA");
        }
        uses.addAll(facts.keyUsage());
        uses.addAll(facts.purposes());
        return uses.isEmpty() ? "any" : String.join(", ", uses);
    }

    private String remaining(CertificateFacts facts) {
        if (now.isAfter(facts.notAfter())) {
            return "expired " + days(facts.notAfter(), now) + " ago";
        }
        return now.isBefore(facts.notBefore())
                ? "begins in " + days(now, facts.notBefore())
                : days(now, facts.notAfter()) + " left";
    }

    private static String days(Instant from, Instant until) {
        return counted(Duration.between(from, until).toDays(), "day");
    }

    private void finding(Finding finding) {
        line("");
        line(finding.severity().word() + ": " + finding.what() + " ["
                + finding.kind().code() + "]");
        line("    why   " + finding.why());
        line("    mend  " + finding.remedy());
        finding.command().ifPresent(command -> line("    run   " + command));
    }

    private static String sum(Examination examination) {
        String counts = Stream.of(Severity.values())
                .filter(severity -> examination.count(severity) > 0)
                .map(severity -> counted(examination.count(severity), severity.word()))
                .collect(Collectors.joining(", "));
        return counts.isEmpty() ? "nothing wrong" : counts;
    }

    private static String counted(long count, String noun) {
        return count + " " + noun + (count == 1 ? "" : "s");
    }

    private void field(String name, String value) {
        line("   " + name + " ".repeat(Math.max(1, 11 - name.length())) + value);
    }

    /** Subjects, names and URLs are whatever a stranger wrote. */
    private void line(String text) {
        out.println(Printable.line(text));
    }
}

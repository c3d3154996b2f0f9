package io.penstock.server.cli;

import io.penstock.protocol.InvalidSettingsException;
import io.penstock.server.cli.DevelopmentCertificates.Kept;
import io.penstock.server.pki.CertificateFacts;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.List;

/** Makes the development CA where there is none, and says what it is and how to trust it. */
final class CertDevCommand {
    private static final String REPLACED = "replaced";

    private CertDevCommand() {}

    static void print(Kept paths, PrintStream out) {
        CertificateFacts ca = CertificateFacts.of(read(paths.ca()));
        CertificateFacts leaf = CertificateFacts.of(read(paths.cert()));
        out.println("state    " + paths.action());
        if (paths.action().equals(REPLACED)) {
            out.println("         the CA is a new one: who trusted the old one must trust this one instead");
        }
        out.println("ca       " + paths.ca());
        describe(ca, out);
        out.println("cert     " + paths.cert());
        describe(leaf, out);
        out.println("names    " + Printable.line(leaf.names().isEmpty() ? "none" : String.join(", ", leaf.names())));
        out.println("key      " + paths.key());
        out.println("try      " + paths.trustCommand());
    }

    private static void describe(CertificateFacts facts, PrintStream out) {
        out.println("         " + Printable.line(facts.subject()));
        out.println("         valid until " + facts.notAfter());
    }

    private static X509Certificate read(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
        } catch (IOException | CertificateException e) {
            throw new InvalidSettingsException(List.of(file + ": " + e + " (expected: a certificate)"));
        }
    }
}

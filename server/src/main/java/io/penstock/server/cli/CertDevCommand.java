package io.penstock.server.cli;

import io.penstock.protocol.InvalidSettingsException;
import io.penstock.server.cli.DevelopmentCertificates.Kept;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;

/** Makes the development CA where there is none, and says what it is and how to trust it. */
final class CertDevCommand {
    private CertDevCommand() {}

    static void print(Kept paths, PrintStream out) {
        X509Certificate ca = read(paths.ca());
        X509Certificate leaf = read(paths.cert());
        out.println("state    " + paths.action());
        out.println("ca       " + paths.ca());
        describe(ca, out);
        out.println("cert     " + paths.cert());
        describe(leaf, out);
        out.println("names    " + Printable.line(names(leaf)));
        out.println("key      " + paths.key());
        out.println("try      " + paths.trustCommand());
    }

    private static void describe(X509Certificate certificate, PrintStream out) {
        out.println("         "
                + Printable.line(certificate.getSubjectX500Principal().getName()));
        out.println("         valid until " + certificate.getNotAfter().toInstant());
    }

    private static X509Certificate read(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
        } catch (IOException | CertificateException e) {
            throw new InvalidSettingsException(List.of(file + ": " + e + " (expected: a certificate)"));
        }
    }

    /** Subject alternative names: entries of a type and a value, DNS names and addresses among them. */
    private static String names(X509Certificate leaf) {
        try {
            Collection<List<?>> names = leaf.getSubjectAlternativeNames();
            return names == null
                    ? "none"
                    : names.stream().map(name -> String.valueOf(name.get(1))).collect(Collectors.joining(", "));
        } catch (CertificateException e) {
            return "unreadable";
        }
    }
}

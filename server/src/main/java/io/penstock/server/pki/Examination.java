package io.penstock.server.pki;

import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;

/**
 * A chain and what there is to say about it.
 *
 * @param files what was read; none when a server has sent it
 * @param chain leaf first, as it should be sent; for CA certificates alone, all of them
 * @param further what else was there
 * @param key the private key in words; empty when there is none
 * @param trustedBy who vouches for the chain: the development CA, Java, this system, or the file of {@code --ca}
 * @param findings the worst first
 */
public record Examination(
        List<ExaminedFile> files,
        List<X509Certificate> chain,
        List<X509Certificate> further,
        Optional<String> key,
        Optional<String> trustedBy,
        List<Finding> findings) {
    /**
     * A file that was read.
     *
     * @param form such as {@code PEM} or {@code PKCS#12}
     * @param holds in words, such as {@code 2 certificates and a private key}
     */
    public record ExaminedFile(Path path, String form, String holds) {}

    public Examination {
        files = List.copyOf(files);
        chain = List.copyOf(chain);
        further = List.copyOf(further);
        findings = List.copyOf(findings);
    }

    /**
     * Reads files and judges what they hold together: a chain, perhaps in several files, and perhaps its key.
     *
     * @throws io.penstock.protocol.InvalidSettingsException for files that cannot be read or hold no certificate, one
     *     line each
     */
    public static Examination ofFiles(List<Path> files, ExaminationOptions options) {
        return new FileExamination(options, FileAccess.SYSTEM).examine(files);
    }

    /**
     * Judges what a server has sent.
     *
     * @param sent in the order sent, at least one
     * @param address {@code HOST:PORT}, for messages
     * @throws io.penstock.protocol.InvalidSettingsException when the files of the options cannot be read
     */
    public static Examination ofServer(List<X509Certificate> sent, String address, ExaminationOptions options) {
        return new FileExamination(options, FileAccess.SYSTEM).examineServer(sent, address);
    }

    /** How many findings are of a severity. */
    public long count(Finding.Severity severity) {
        return findings.stream()
                .filter(finding -> finding.severity() == severity)
                .count();
    }
}

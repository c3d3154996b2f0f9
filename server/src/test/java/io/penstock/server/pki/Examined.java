package io.penstock.server.pki;

import io.penstock.server.pki.Finding.Kind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Chains as operators have them in files, and what is found in them. Trusts {@code ca.pem} where that was written. */
final class Examined {
    final Path dir;
    final Openssl openssl;
    /** Good at whichever time a test lets it be, and whenever the test runs. */
    final CertificateAuthority root = CertificateAuthority.create(always("Root"));

    final CertificateAuthority intermediate = root.intermediate(always("Intermediate"));
    ExaminationOptions options = ExaminationOptions.DEFAULTS;

    Examined(Path dir) {
        this.dir = dir;
        this.openssl = new Openssl(dir);
    }

    private static CertificateSpec always(String commonName) {
        return CertificateSpec.authority(commonName)
                .valid(Instant.parse("2001-01-01T00:00:00Z"), Instant.parse("2101-01-01T00:00:00Z"));
    }

    Path file(String name) {
        return dir.resolve(name);
    }

    Path chain(String name, X509Certificate... certificates) {
        try {
            PemFiles.writeCertificates(file(name), List.of(certificates));
            return file(name);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Path key(String name, Identity identity) {
        try {
            PemFiles.writeKey(file(name), identity.key());
            return file(name);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void trustRoot() {
        options = options.withCa(Optional.of(chain("ca.pem", root.certificate())));
    }

    Examination examine(Path... files) {
        return Examination.ofFiles(Arrays.asList(files), options);
    }

    Examination examine(String... names) {
        return Examination.ofFiles(Arrays.stream(names).map(this::file).toList(), options);
    }

    /** The kinds found in files, the worst first. */
    List<Kind> kinds(Path... files) {
        return examine(files).findings().stream().map(Finding::kind).toList();
    }

    static Finding only(Examination examination, Kind kind) {
        return examination.findings().stream()
                .filter(finding -> finding.kind() == kind)
                .reduce((one, other) -> {
                    throw new AssertionError(kind + " twice: " + one + other);
                })
                .orElseThrow(() -> new AssertionError("no " + kind + " in " + examination.findings()));
    }

    /** Runs the command of a finding as an operator would, in the directory of the files. */
    String run(Finding finding) {
        return shell(finding.command().orElseThrow());
    }

    String shell(String command) {
        try {
            Process process = new ProcessBuilder("sh", "-e", "-c", command)
                    .directory(dir.toFile())
                    .redirectErrorStream(true)
                    .start();
            process.getOutputStream().close();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new AssertionError(command + " failed: " + output);
            }
            return output;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }
}

package io.penstock.server.pki;

import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.cert.CRLException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Reads lists of revoked certificates (RFC 5280 section 5), PEM or DER, and checks them against the CAs. */
final class RevocationLists {
    private static final String WANTED = "lists of revoked certificates (CRL)";
    private static final String DELTA = "2.5.29.27";
    private static final String PEM_TYPE = "X509 CRL";

    private final Source source;
    private final FileAccess files;
    private final Problems problems;

    RevocationLists(Source source, FileAccess files, Problems problems) {
        this.source = source;
        this.files = files;
        this.problems = problems;
    }

    /** When the next list was due; empty when the list does not say. */
    static Optional<Instant> nextUpdate(X509CRL list) {
        return Optional.ofNullable(list.getNextUpdate()).map(Date::toInstant);
    }

    /** Whether a list may be used; the JDK itself adds a quarter of an hour at both ends, as clocks differ. */
    static boolean isCurrent(X509CRL list, Instant now) {
        return nextUpdate(list).filter(now::isBefore).isPresent()
                && !now.isBefore(list.getThisUpdate().toInstant());
    }

    /**
     * Reads the file.
     *
     * @param authorities that may have signed the lists
     */
    List<X509CRL> load(List<X509Certificate> authorities, Instant now) throws BadMaterialException {
        List<X509CRL> lists = read();
        lists.forEach(list -> check(list, authorities, now));
        authorities.stream()
                .filter(authority -> authority.getBasicConstraints() >= 0)
                .filter(authority -> lists.stream().noneMatch(list -> isNamed(authority, list)))
                .forEach(authority -> problems.warning(source.line("no list of " + CertificateChecks.name(authority)
                        + ", so that the clients of this CA are refused; remedy: append its list")));
        return lists;
    }

    /** Reads the file and checks nothing. */
    List<X509CRL> read() throws BadMaterialException {
        List<X509CRL> lists = parse(files.read(source, WANTED));
        if (lists.isEmpty()) {
            throw source.bad(WANTED + " as PEM or DER; the file holds none");
        }
        return lists;
    }

    private List<X509CRL> parse(byte[] bytes) throws BadMaterialException {
        if (!PemBlock.isPem(bytes)) {
            return parse(bytes, "the file");
        }
        List<X509CRL> lists = new ArrayList<>();
        List<PemBlock> blocks = PemBlock.parse(source, bytes);
        for (PemBlock block : blocks) {
            if (block.type().equals(PEM_TYPE)) {
                lists.addAll(parse(block.body(), block.place()));
            }
        }
        if (lists.isEmpty()) {
            String found = blocks.stream().map(PemBlock::words).distinct().collect(Collectors.joining(" and "));
            throw source.bad(WANTED + "; the file holds " + found);
        }
        return lists;
    }

    private List<X509CRL> parse(byte[] der, String place) throws BadMaterialException {
        try {
            return CertificateFactory.getInstance("X.509").generateCRLs(new ByteArrayInputStream(der)).stream()
                    .map(X509CRL.class::cast)
                    .toList();
        } catch (CRLException | CertificateException e) {
            throw source.bad(WANTED + " as PEM or DER; " + place + " is damaged or something else");
        }
    }

    private void check(X509CRL list, List<X509Certificate> authorities, Instant now) {
        String name = ClientWords.name(list.getIssuerX500Principal());
        List<X509Certificate> named = authorities.stream()
                .filter(authority -> isNamed(authority, list))
                .toList();
        if (list.getExtensionValue(DELTA) != null) {
            problems.error(
                    source.expected("whole lists; that of " + name + " holds only what has changed (delta CRL)"));
        } else if (named.isEmpty()) {
            problems.warning(
                    source.line("the list of " + name + " is used only for clients that send the certificate of"
                            + " that CA, as it is not in " + Source.full(Source.CLIENT_CA)));
        } else if (named.stream().noneMatch(authority -> hasSigned(authority, list))) {
            problems.error(source.expected("lists that the CAs of " + Source.full(Source.CLIENT_CA)
                    + " have signed; the signature of the list of " + name + " is wrong"));
        }
        if (!isCurrent(list, now)) {
            problems.warning(source.line("the list of " + name + outOfDate(list, now)
                    + ", so that the clients of this CA are refused; remedy: its current list"));
        }
    }

    private static String outOfDate(X509CRL list, Instant now) {
        Instant from = list.getThisUpdate().toInstant();
        return now.isBefore(from)
                ? " is good from " + from + " on"
                : nextUpdate(list)
                        .map(until -> " was to be replaced by " + until)
                        .orElse(" does not say until when it is good");
    }

    private static boolean isNamed(X509Certificate authority, X509CRL list) {
        return authority.getSubjectX500Principal().equals(list.getIssuerX500Principal());
    }

    private static boolean hasSigned(X509Certificate authority, X509CRL list) {
        try {
            list.verify(authority.getPublicKey());
            return true;
        } catch (GeneralSecurityException e) {
            return false;
        }
    }
}

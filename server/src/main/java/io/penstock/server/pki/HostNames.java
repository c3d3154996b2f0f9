package io.penstock.server.pki;

import java.net.IDN;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Names as certificates hold them: DNS names and IP addresses, compared as RFC 6125 has it. Never asks a resolver. */
public final class HostNames {
    private static final int DNS = 2;
    private static final int IP = 7;
    private static final Pattern IPV4 =
            Pattern.compile("(25[0-5]|2[0-4]\\d|1?\\d?\\d)(\\.(25[0-5]|2[0-4]\\d|1?\\d?\\d)){3}");
    private static final Pattern IPV6 = Pattern.compile("[0-9a-fA-F:.]*:[0-9a-fA-F:.]*");
    private static final String LABEL = "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?";
    private static final Pattern DNS_NAME = Pattern.compile(LABEL + "(\\." + LABEL + ")*");
    private static final int MAX_DNS_NAME = 253;
    /** Of an IPv6 address. */
    private static final int GROUPS = 8;

    private HostNames() {}

    /** The address that a text is, without asking a resolver. */
    public static Optional<InetAddress> address(String text) {
        if (!IPV4.matcher(text).matches() && !IPV6.matcher(text).matches()) {
            return Optional.empty();
        }
        try {
            return Optional.of(InetAddress.getByName(text));
        } catch (UnknownHostException e) {
            return Optional.empty();
        }
    }

    /** One spelling per name: lower case, without the final dot, punycode, addresses as Java prints them. */
    static Optional<String> normal(String name) {
        Optional<InetAddress> address = address(name);
        if (address.isPresent()) {
            return address.map(InetAddress::getHostAddress);
        }
        String dotless = name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
        return ascii(dotless)
                .map(ascii -> ascii.toLowerCase(Locale.ROOT))
                .filter(ascii -> ascii.length() <= MAX_DNS_NAME
                        && DNS_NAME.matcher(ascii).matches());
    }

    /** The same for DNS names alone: no addresses, no wildcards. */
    static Optional<String> dnsName(String name) {
        return address(name).isPresent() ? Optional.empty() : normal(name);
    }

    private static Optional<String> ascii(String name) {
        try {
            return Optional.of(name.chars().allMatch(c -> c < 0x80) ? name : IDN.toASCII(name));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** The DNS names and addresses of a certificate; the common name does not count, as for every client today. */
    public static List<String> of(X509Certificate certificate) {
        List<String> names = new ArrayList<>();
        for (List<?> entry : alternativeNames(certificate)) {
            if ((entry.get(0).equals(DNS) || entry.get(0).equals(IP)) && entry.get(1) instanceof String name) {
                names.add(normal(name).orElse(name.toLowerCase(Locale.ROOT)));
            }
        }
        return names;
    }

    /** The same for people: addresses as RFC 5952 has them. */
    public static List<String> shown(X509Certificate certificate) {
        return of(certificate).stream().map(HostNames::shown).toList();
    }

    /** A name for people: of IPv6 addresses the longest run of zeros is left out (RFC 5952 section 4.2). */
    public static String shown(String name) {
        String text = address(name).map(InetAddress::getHostAddress).orElse(name);
        for (int zeros = GROUPS; zeros > 1 && text.indexOf(':') >= 0; zeros--) {
            Matcher run =
                    Pattern.compile("(^|:)0(:0){" + (zeros - 1) + "}(:|$)").matcher(text);
            if (run.find()) {
                return run.replaceFirst("::");
            }
        }
        return text;
    }

    static Collection<List<?>> alternativeNames(X509Certificate certificate) {
        try {
            Collection<List<?>> names = certificate.getSubjectAlternativeNames();
            return names == null ? List.of() : names;
        } catch (CertificateParsingException e) {
            return List.of();
        }
    }

    /** Whether a certificate's name covers a host; a wildcard stands for exactly the first label. */
    static boolean covers(String certified, String host) {
        if (!certified.startsWith("*.")) {
            return certified.equals(host);
        }
        int dot = host.indexOf('.');
        return dot > 0 && address(host).isEmpty() && host.substring(dot).equals(certified.substring(1));
    }
}

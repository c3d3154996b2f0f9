package io.penstock.server.pki;

import java.security.cert.X509Certificate;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Lines for a shell that ask for a certificate in place of one that does not serve. */
final class Requests {
    private Requests() {}

    /**
     * A new key and a request for the CA to sign; for the development CA, which signs by itself, its own command.
     *
     * @param role what the new certificate is for
     * @param further a name that the old one lacks
     */
    static String renewal(X509Certificate old, Question.Role role, Optional<String> further) {
        if (DistinguishedNames.issuer(old).contains("Penstock development CA")) {
            return "penstock cert dev"
                    + further.filter(Requests::isName)
                            .map(name -> " --hostname " + Shell.quoted(name))
                            .orElse("");
        }
        Set<String> names = new LinkedHashSet<>(further.stream().toList());
        names.addAll(HostNames.of(old));
        List<String> usable = names.stream().filter(Requests::isName).toList();
        String alternative = usable.stream().map(Requests::generalName).collect(Collectors.joining(","));
        return "openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout new-key.pem -subj "
                + Shell.quoted("/CN=" + (usable.isEmpty() ? "NAME" : HostNames.shown(usable.get(0))))
                + (role == Question.Role.SERVER
                        ? " -addext " + Shell.quoted("subjectAltName=" + (usable.isEmpty() ? "DNS:NAME" : alternative))
                        : "")
                + " -addext extendedKeyUsage=" + role.purpose + " -out new.csr";
    }

    /** What is no name could be further words of openssl's little language. */
    private static boolean isName(String name) {
        return HostNames.normal(name.startsWith("*.") ? name.substring(2) : name)
                .isPresent();
    }

    private static String generalName(String name) {
        return (HostNames.address(name).isPresent() ? "IP:" : "DNS:") + HostNames.shown(name);
    }
}

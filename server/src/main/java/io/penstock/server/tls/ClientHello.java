package io.penstock.server.tls;

import java.util.List;
import java.util.Optional;

/**
 * What a client offers (RFC 8446 section 4.1.2), read before there is an engine.
 *
 * @param versions from {@code supported_versions}, else the legacy version alone; {@code 0x0304} is TLS 1.3
 * @param ciphers suites by their numbers
 * @param groups named groups by their numbers; empty when it names none
 * @param signatureSchemes by their numbers; empty when it names none
 * @param serverName the name it asks for (SNI, RFC 6066 section 3), in lower case without a final dot
 * @param alpn application protocols (RFC 7301), most wanted first
 */
record ClientHello(
        List<Integer> versions,
        List<Integer> ciphers,
        List<Integer> groups,
        List<Integer> signatureSchemes,
        Optional<String> serverName,
        List<String> alpn) {
    ClientHello {
        versions = List.copyOf(versions);
        ciphers = List.copyOf(ciphers);
        groups = List.copyOf(groups);
        signatureSchemes = List.copyOf(signatureSchemes);
        alpn = List.copyOf(alpn);
    }
}

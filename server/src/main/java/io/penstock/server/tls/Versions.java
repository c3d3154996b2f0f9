package io.penstock.server.tls;

import java.util.List;
import java.util.Optional;

/** Versions of TLS by their numbers on the wire. */
final class Versions {
    static final int SSL3 = 0x0300;
    static final int TLS12 = 0x0303;
    static final int TLS13 = 0x0304;

    private Versions() {}

    static String name(int version) {
        return switch (version) {
            case 2 -> "SSL 2.0";
            case SSL3 -> "SSL 3.0";
            case 0x0301 -> "TLS 1.0";
            case 0x0302 -> "TLS 1.1";
            case TLS12 -> "TLS 1.2";
            case TLS13 -> "TLS 1.3";
            default -> String.format("version 0x%04x", version);
        };
    }

    /** The highest of these, if all are older than TLS 1.2; numbers that are only there as a test do not count. */
    static Optional<Integer> outdated(List<Integer> offered) {
        int highest = 0;
        for (int version : offered) {
            highest = Iana.isTestOrSignal(version) ? highest : Math.max(highest, version);
        }
        return highest > 0 && highest < TLS12 ? Optional.of(highest) : Optional.empty();
    }
}

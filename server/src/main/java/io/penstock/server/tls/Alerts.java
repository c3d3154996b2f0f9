package io.penstock.server.tls;

import java.util.Map;
import java.util.OptionalInt;

/** The names of TLS alerts (RFC 8446 section 6, and those of RFC 5246 section 7.2 that it has no more). */
final class Alerts {
    private static final Map<Integer, String> NAMES = Map.ofEntries(
            Map.entry(0, "close_notify"),
            Map.entry(10, "unexpected_message"),
            Map.entry(20, "bad_record_mac"),
            Map.entry(22, "record_overflow"),
            Map.entry(40, "handshake_failure"),
            Map.entry(41, "no_certificate"),
            Map.entry(42, "bad_certificate"),
            Map.entry(43, "unsupported_certificate"),
            Map.entry(44, "certificate_revoked"),
            Map.entry(45, "certificate_expired"),
            Map.entry(46, "certificate_unknown"),
            Map.entry(47, "illegal_parameter"),
            Map.entry(48, "unknown_ca"),
            Map.entry(49, "access_denied"),
            Map.entry(50, "decode_error"),
            Map.entry(51, "decrypt_error"),
            Map.entry(70, "protocol_version"),
            Map.entry(71, "insufficient_security"),
            Map.entry(80, "internal_error"),
            Map.entry(86, "inappropriate_fallback"),
            Map.entry(90, "user_canceled"),
            Map.entry(100, "no_renegotiation"),
            Map.entry(109, "missing_extension"),
            Map.entry(110, "unsupported_extension"),
            Map.entry(112, "unrecognized_name"),
            Map.entry(113, "bad_certificate_status_response"),
            Map.entry(115, "unknown_psk_identity"),
            Map.entry(116, "certificate_required"),
            Map.entry(120, "no_application_protocol"));

    private static final Map<Integer, TlsFault> FAULTS = Map.of(
            42, TlsFault.ALERT_BAD_CERTIFICATE,
            43, TlsFault.ALERT_UNSUPPORTED_CERTIFICATE,
            44, TlsFault.ALERT_CERTIFICATE_REVOKED,
            45, TlsFault.ALERT_CERTIFICATE_EXPIRED,
            46, TlsFault.ALERT_CERTIFICATE_UNKNOWN,
            48, TlsFault.ALERT_UNKNOWN_CA);

    private Alerts() {}

    /** Its name, or its number where it has none. */
    static String name(int alert) {
        return NAMES.getOrDefault(alert, "number " + alert);
    }

    /** The number of the alert with this name; empty where there is none. */
    static OptionalInt number(String name) {
        return NAMES.entrySet().stream()
                .filter(entry -> entry.getValue().equals(name))
                .mapToInt(Map.Entry::getKey)
                .findFirst();
    }

    /** What it means that a client sends it. */
    static TlsFault fault(int alert) {
        return FAULTS.getOrDefault(alert, TlsFault.CLIENT_ALERT);
    }
}

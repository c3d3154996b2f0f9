package io.penstock.server.tls;

import io.penstock.server.pki.HostNames;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** What goes wrong with a client's connection, in one sentence with its remedy. JSSE's own words name neither. */
final class ClientFaults {
    /** JDK 17 and 25 differ in what stands before it. */
    private static final Pattern ALERT = Pattern.compile("Received fatal alert: (\\w+)");

    private static final String WANTS = "it wants a client certificate; remedy: --cert and --key";

    private final String host;
    private final int port;
    private final String name;
    private final ClientSettings settings;
    private final ServerCheck check;
    private final ClientKeys keys;

    ClientFaults(String host, int port, String name, ClientSettings settings, ServerCheck check, ClientKeys keys) {
        this.host = host;
        this.port = port;
        this.name = name;
        this.settings = settings;
        this.check = check;
        this.keys = keys;
    }

    ClientFailedException atConnect(IOException e) {
        if (e instanceof UnknownHostException) {
            return new ClientFailedException("host " + host + " has no address: is it spelled right?", e);
        }
        if (e instanceof SocketTimeoutException) {
            return new ClientFailedException("no connection within " + timeout() + ": is a firewall in between?", e);
        }
        if (e instanceof NoRouteToHostException) {
            return new ClientFailedException("there is no way to that host: " + e.getMessage(), e);
        }
        if (e instanceof ConnectException && String.valueOf(e.getMessage()).contains("refused")) {
            return new ClientFailedException(
                    "connection refused: nothing listens on port " + port + "; is the server running?", e);
        }
        return new ClientFailedException("cannot connect: " + e.getMessage(), e);
    }

    /** Everything up to the handshake's end. */
    ClientFailedException inHandshake(IOException e) {
        String message = String.valueOf(e.getMessage());
        if (e instanceof SocketTimeoutException) {
            return new ClientFailedException(
                    "no TLS handshake within " + timeout() + ": is it a TLS port? if not, --plaintext", e);
        }
        if (message.contains("terminated the handshake")) {
            return new ClientFailedException(
                    "the server closed the connection in the handshake: is it a TLS port? if not, --plaintext; else its"
                            + " log says why",
                    e);
        }
        if (message.contains("unrecognized SSL message")) {
            return new ClientFailedException("the server does not speak TLS on this port; remedy: --plaintext", e);
        }
        if (!ALERT.matcher(message).find()) {
            @Nullable CertificateException refused = cause(e, CertificateException.class);
            if (refused != null) {
                return new ClientFailedException(certificate(refused), e);
            }
        }
        return later(e);
    }

    /** After the handshake; alerts that answer a client's certificate come only then in TLS 1.3. */
    ClientFailedException later(IOException e) {
        if (e instanceof ClientFailedException known) {
            return known;
        }
        if (e instanceof SocketTimeoutException) {
            return new ClientFailedException("no answer within " + timeout(), e);
        }
        String message = String.valueOf(e.getMessage());
        Matcher alert = ALERT.matcher(message);
        if (alert.find()) {
            return new ClientFailedException(
                    "the server sent the alert " + alert.group(1) + ": " + meaning(alert.group(1)), e);
        }
        if (e instanceof SSLException) {
            return new ClientFailedException("TLS failed: " + message, e);
        }
        return new ClientFailedException(
                "the connection was reset: the server has closed it with bytes unread, or is gone; its log says why ("
                        + message + ")",
                e);
    }

    ClientFailedException truncated() {
        return new ClientFailedException(
                "truncated: the server closed the connection without close_notify, so that its last replies may be"
                        + " missing");
    }

    ClientFailedException plaintextToTls() {
        return new ClientFailedException("the server speaks TLS on this port; remedy: without --plaintext");
    }

    private String certificate(CertificateException refused) {
        List<X509Certificate> shown = check.shown();
        if (shown.isEmpty()) {
            return "the server's certificate is refused: " + refused.getMessage();
        }
        X509Certificate leaf = shown.get(0);
        String subject = leaf.getSubjectX500Principal().getName();
        if (cause(refused, CertificateExpiredException.class) != null) {
            return "the server's certificate " + subject + " expired on "
                    + leaf.getNotAfter().toInstant() + ", or its issuer's has; the server needs a new one";
        }
        if (cause(refused, CertificateNotYetValidException.class) != null) {
            return "the server's certificate " + subject + " is valid from "
                    + leaf.getNotBefore().toInstant() + " on; is this clock right?";
        }
        String names = String.join(", ", HostNames.of(leaf));
        if (String.valueOf(refused.getMessage()).matches("No (subject alternative|name).*")) {
            return "the server's certificate is for " + (names.isEmpty() ? "no name at all" : names) + " and not for "
                    + name + "; remedy: connect to a name it has, or say it with --servername";
        }
        return untrusted(subject, shown.get(shown.size() - 1), refused);
    }

    private static String untrusted(String subject, X509Certificate last, CertificateException refused) {
        String issuer = last.getIssuerX500Principal().getName();
        @Nullable Throwable reason = refused;
        while (reason.getCause() != null) {
            reason = reason.getCause();
        }
        String why = String.valueOf(reason.getMessage());
        return "the server's certificate " + subject + " is not trusted, as "
                + (why.contains("unable to find valid certification path") ? "its issuer " + issuer + " is not" : why)
                + "; remedy: --ca with the CA's file, or PENSTOCK_HOME with the server's development CA";
    }

    /** What the client's user can do about an alert (RFC 8446 section 6.2). */
    private String meaning(String alert) {
        return switch (alert) {
            case "certificate_required" -> WANTS;
            case "unknown_ca" -> "it does not trust the issuer of --cert; remedy: a certificate of its tls.client-ca";
            case "certificate_expired" -> "the certificate of --cert has expired";
            case "certificate_revoked" -> "the certificate of --cert has been revoked";
            case "access_denied" -> "its tls.allowed-clients do not name the certificate of --cert";
            case "bad_certificate", "certificate_unknown", "unsupported_certificate", "decrypt_error" ->
                keys.isMissing() ? WANTS : "it refuses the certificate of --cert, and its log says why";
            case "protocol_version" -> "it does not speak " + String.join(" or ", settings.versions());
            case "unrecognized_name" -> "it has no certificate for " + name + "; remedy: --servername";
            case "no_application_protocol" ->
                "it speaks none of " + String.join(", ", settings.alpn()) + "; remedy: another --alpn, or none";
            // Up to TLS 1.2 it also stands for a certificate that is missing (RFC 5246 section 7.4.6).
            case "handshake_failure", "insufficient_security" ->
                keys.isMissing()
                        ? WANTS
                        : "it has no cipher suite, group or signature in common with this client; its log says which";
            default -> "its log says why";
        };
    }

    int timeoutMillis() {
        return (int) settings.timeout().toMillis();
    }

    private String timeout() {
        return settings.timeout().toString().substring(2).toLowerCase(java.util.Locale.ROOT);
    }

    private static <T extends Throwable> @Nullable T cause(Throwable failure, Class<T> type) {
        for (@Nullable Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (type.isInstance(cause)) {
                return type.cast(cause);
            }
        }
        return null;
    }
}

package io.penstock.server.tls;

import io.penstock.protocol.ConnectionEnd;
import io.penstock.protocol.ConnectionEnd.Kind;
import io.penstock.server.pki.ClientVerdict;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Why TLS failed, as a closed set with stable codes. {@code docs/tls-errors.md} says for each what the client saw; a
 * test provokes each.
 */
public enum TlsFault {
    /** A load balancer's health check, or somebody who looks for open ports. */
    PROBE(
            Kind.END_OF_STREAM,
            Blame.NETWORK,
            "the client connected and left without a byte",
            "none is needed; a health check that should be noticed has to speak TLS"),
    /** The transport ended in the handshake, without an alert. */
    CLOSED_IN_HANDSHAKE(
            Kind.TRUNCATED,
            Blame.CLIENT,
            "the client closed the connection in the handshake",
            "see the client's log; many close like this when they do not trust the server's certificate"),
    /** The same by RST. */
    RESET_IN_HANDSHAKE(
            Kind.RESET,
            Blame.NETWORK,
            "the connection was reset in the handshake",
            "see the client's log; firewalls and load balancers between the two reset connections, too"),
    /** The deadline ran out. */
    HANDSHAKE_TIMEOUT(
            Kind.TIMED_OUT,
            Blame.CLIENT,
            "the handshake took too long",
            "a client that waits for a greeting has to speak first; for slow links raise penstock.handshake-timeout"),
    /** FIN without close_notify once the connection was open. */
    TRUNCATED(
            Kind.TRUNCATED,
            Blame.CLIENT,
            "the client closed without close_notify, what came last may be missing",
            "let the client end TLS before it closes the socket; a client that crashed does not"),

    /** A method of HTTP, or HTTP/2's preface. */
    HTTP_REQUEST(
            Kind.TLS_FAILED, Blame.CLIENT, "the client sent an HTTP request without TLS", "let the client use https"),
    /** Version 1 or 2 of the PROXY protocol. */
    PROXY_HEADER(
            Kind.TLS_FAILED,
            Blame.CLIENT,
            "a PROXY protocol header came before TLS",
            "set penstock.proxy-protocol.mode and trusted, or switch the PROXY protocol off in the load balancer"),
    /** {@code SSH-}. */
    SSH_CLIENT(Kind.TLS_FAILED, Blame.CLIENT, "an SSH client connected", "give the client the port of an SSH server"),
    /** Readable text of another kind. */
    PLAINTEXT(
            Kind.TLS_FAILED,
            Blame.CLIENT,
            "the client sent text without TLS",
            "switch TLS on in the client, from the first byte (there is no STARTTLS)"),
    /** Bytes that are neither TLS nor text. */
    NOT_TLS(
            Kind.TLS_FAILED,
            Blame.CLIENT,
            "the client's first bytes are not TLS",
            "switch TLS on in the client, and check that this is the right port"),
    /** A ClientHello on a port without TLS. */
    ON_PLAINTEXT_PORT(
            Kind.TLS_FAILED,
            Blame.SERVER,
            "the client speaks TLS, and this port does not",
            "serve without --plaintext (penstock.plaintext=false), or switch TLS off in the client"),

    /** A ClientHello in the format of SSL 2.0. */
    SSL2_HELLO(
            Kind.TLS_FAILED,
            Blame.CLIENT,
            "the client began with the hello of SSL 2.0",
            "update the client; old Java has to switch SSLv2Hello off"),
    /** SSL 3.0 at most. */
    SSL3_ONLY(Kind.TLS_FAILED, Blame.CLIENT, "the client speaks SSL 3.0 at most", "update the client"),
    /** TLS 1.0 or 1.1 at most, or 1.2 where only 1.3 is spoken. */
    OLD_VERSION(
            Kind.TLS_FAILED,
            Blame.CLIENT,
            "the client's TLS is too old",
            "update the client, or let it use TLS 1.2 and 1.3"),
    /** No cipher suite in common. */
    NO_COMMON_CIPHER(
            Kind.TLS_FAILED,
            Blame.CLIENT,
            "the client and the server have no cipher suite in common",
            "let the client offer one with ECDHE and AES-GCM or ChaCha20, or see penstock.tls.ciphers"),
    /** No group for the key exchange in common. */
    NO_COMMON_GROUP(
            Kind.TLS_FAILED,
            Blame.CLIENT,
            "the client and the server have no key exchange group in common",
            "let the client offer X25519 or P-256 (secp256r1), or see penstock.tls.groups"),
    /** No signature that our certificate's key can make. */
    NO_COMMON_SIGNATURE(
            Kind.TLS_FAILED,
            Blame.SERVER,
            "the client verifies no signature that the server's key can make",
            "add a certificate with a key of the other kind, RSA or EC"),
    /** {@code strict-sni}: no certificate for the name, or no name. */
    UNKNOWN_SERVER_NAME(
            Kind.TLS_FAILED,
            Blame.CLIENT,
            "no certificate covers the name that the client asked for",
            "correct the name in the client or in DNS, or add a certificate (penstock.tls.certificates)"),
    /** ALPN. */
    NO_APPLICATION_PROTOCOL(
            Kind.TLS_FAILED,
            Blame.CLIENT,
            "the client and the server have no application protocol in common",
            "correct the protocol (ALPN) in the client, or see penstock.tls.alpn"),

    /** Its alert unknown_ca. */
    ALERT_UNKNOWN_CA(
            Kind.ALERT_RECEIVED,
            Blame.SERVER,
            "the client does not know the CA of the server's certificate",
            "give the client the CA, or add the missing intermediate to penstock.tls.cert (fullchain.pem)"),
    /** Its alert bad_certificate. */
    ALERT_BAD_CERTIFICATE(
            Kind.ALERT_RECEIVED,
            Blame.SERVER,
            "the client rejected the server's certificate",
            "compare the name that the client connects to with the certificate's, then CA and intermediate"),
    /** Its alert certificate_unknown, what Java says for everything. */
    ALERT_CERTIFICATE_UNKNOWN(
            Kind.ALERT_RECEIVED,
            Blame.SERVER,
            "the client does not accept the server's certificate",
            "give the client the CA, add the missing intermediate, compare the name; the client's log has the reason"),
    /** Its alert certificate_expired. */
    ALERT_CERTIFICATE_EXPIRED(
            Kind.ALERT_RECEIVED,
            Blame.SERVER,
            "the client takes the server's certificate for expired",
            "renew the certificate; if it is valid, set the client's clock"),
    /** Its alert certificate_revoked. */
    ALERT_CERTIFICATE_REVOKED(
            Kind.ALERT_RECEIVED,
            Blame.SERVER,
            "the client takes the server's certificate for revoked",
            "get a new certificate with a new key"),
    /** Its alert unsupported_certificate. */
    ALERT_UNSUPPORTED_CERTIFICATE(
            Kind.ALERT_RECEIVED,
            Blame.SERVER,
            "the client cannot use the server's certificate",
            "use a certificate for servers (extended key usage serverAuth) with an RSA or P-256 key"),
    /** Any other. */
    CLIENT_ALERT(Kind.ALERT_RECEIVED, Blame.CLIENT, "the client gave up with an alert", "see the client's log"),

    /** {@code client-auth=required}, and it shows none. */
    CLIENT_CERTIFICATE_MISSING(
            Kind.TLS_FAILED,
            Blame.CLIENT,
            "the client showed no certificate",
            "give the client a certificate of penstock.tls.client-ca, or do not require one"),
    /** Its time is over. */
    CLIENT_CERTIFICATE_EXPIRED(
            Kind.TLS_FAILED,
            Blame.CLIENT,
            "the client's certificate has expired",
            "renew the client's certificate; if it is valid, set the server's clock"),
    /** Its time has not begun. */
    CLIENT_CERTIFICATE_NOT_YET_VALID(
            Kind.TLS_FAILED,
            Blame.CLIENT,
            "the client's certificate is not valid yet",
            "set the server's clock, or that of the CA"),
    /** A CRL lists it. */
    CLIENT_CERTIFICATE_REVOKED(
            Kind.TLS_FAILED,
            Blame.CLIENT,
            "the client's certificate is revoked",
            "give the client a new certificate, if it is to connect again"),
    /** No path to a client CA. */
    CLIENT_CERTIFICATE_UNKNOWN_CA(
            Kind.TLS_FAILED,
            Blame.CLIENT,
            "the client's certificate is not of a CA in penstock.tls.client-ca",
            "add the CA to penstock.tls.client-ca, or let the client send its intermediate"),
    /** Key usage, extended key usage, or a CA's certificate as a leaf. */
    CLIENT_CERTIFICATE_WRONG_USAGE(
            Kind.TLS_FAILED,
            Blame.CLIENT,
            "the client's certificate is not one for clients",
            "issue it with the extended key usage clientAuth"),
    /** {@code allowed-clients} has no rule for it. */
    CLIENT_CERTIFICATE_NOT_ALLOWED(
            Kind.TLS_FAILED,
            Blame.CLIENT,
            "the client's certificate is good, and no rule allows it",
            "add a rule to penstock.tls.allowed-clients, if it is to connect"),
    /** A CA of its chain has no current list in {@code client-crl}. */
    CLIENT_CRL_MISSING(
            Kind.TLS_FAILED,
            Blame.SERVER,
            "there is no current revocation list for the client's certificate",
            "put a current list of each CA into penstock.tls.client-crl"),
    /** It cannot be read, is too weak, or breaks a constraint of its CA. */
    CLIENT_CERTIFICATE_BAD(
            Kind.TLS_FAILED,
            Blame.CLIENT,
            "the client's certificate is damaged or too weak",
            "issue it anew, with an RSA key of 2048 bits or an EC key, and SHA-256"),

    /** A record or the Finished message that does not decrypt or verify. */
    BAD_RECORD(
            Kind.TLS_FAILED,
            Blame.NETWORK,
            "a record did not decrypt",
            "something between the two changes bytes, or the client's TLS is faulty"),
    /** More than RFC 8446 section 5.2 allows. */
    RECORD_TOO_LONG(
            Kind.TLS_FAILED, Blame.CLIENT, "the client sent a record that is too long", "update the client's TLS"),
    /** TLS 1.2 only. */
    RENEGOTIATION(
            Kind.TLS_FAILED,
            Blame.CLIENT,
            "the client wanted to renegotiate",
            "let the client use TLS 1.3, or switch renegotiation off in it"),
    /** Records without data, one after the other. */
    EMPTY_RECORDS(
            Kind.TLS_FAILED,
            Blame.CLIENT,
            "the client sent too many records without data",
            "an attack, or a fault of the client's TLS: update it"),
    /** Whatever else goes against the protocol. */
    PROTOCOL_ERROR(
            Kind.TLS_FAILED,
            Blame.CLIENT,
            "the client broke the TLS protocol",
            "update the client's TLS, or report it"),
    /** A fault of our own. */
    INTERNAL(
            Kind.INTERNAL_ERROR,
            Blame.SERVER,
            "the server's TLS failed by a fault of its own",
            "report it, with the log's stack trace");

    /** Who has something to do about it. */
    public enum Blame {
        /** The client, or what stands before it. */
        CLIENT,
        /** This server: its configuration, its certificate, its code. */
        SERVER,
        /** Nobody in particular. */
        NETWORK
    }

    private static final Map<String, TlsFault> BY_CODE =
            Arrays.stream(values()).collect(Collectors.toUnmodifiableMap(TlsFault::code, Function.identity()));

    private final String code;
    private final Kind kind;
    private final Blame blame;
    private final String sentence;
    private final String remedy;

    TlsFault(Kind kind, Blame blame, String sentence, String remedy) {
        this.code = "TLS-" + name().replace('_', '-');
        this.kind = kind;
        this.blame = blame;
        this.sentence = sentence;
        this.remedy = remedy;
    }

    /** The fault with this code; empty where it is no code of TLS. */
    public static Optional<TlsFault> byCode(String code) {
        return Optional.ofNullable(BY_CODE.get(code));
    }

    /** Why a client's certificate is refused. */
    static TlsFault of(ClientVerdict.Fault fault) {
        return switch (fault) {
            case UNKNOWN_CA -> CLIENT_CERTIFICATE_UNKNOWN_CA;
            case EXPIRED -> CLIENT_CERTIFICATE_EXPIRED;
            case NOT_YET_VALID -> CLIENT_CERTIFICATE_NOT_YET_VALID;
            case REVOKED -> CLIENT_CERTIFICATE_REVOKED;
            case REVOCATION_UNKNOWN -> CLIENT_CRL_MISSING;
            case WRONG_USAGE -> CLIENT_CERTIFICATE_WRONG_USAGE;
            case NOT_ALLOWED -> CLIENT_CERTIFICATE_NOT_ALLOWED;
            case BAD -> CLIENT_CERTIFICATE_BAD;
        };
    }

    /** Stable over versions, for searching and counting: the constant's name as {@code TLS-NO-COMMON-CIPHER}. */
    public String code() {
        return code;
    }

    /** How a connection with this fault has ended. */
    public Kind kind() {
        return kind;
    }

    public Blame blame() {
        return blame;
    }

    /** What happened, without a full stop. */
    public String sentence() {
        return sentence;
    }

    /** What to do, without a full stop. */
    public String remedy() {
        return remedy;
    }

    /** The end of a connection by this fault; the remedy follows the reason. */
    ConnectionEnd end(String reason) {
        return new ConnectionEnd(kind, code, reason + "; remedy: " + remedy);
    }
}

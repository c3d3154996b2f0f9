package io.penstock.server.tls;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/** Names what is no record of TLS by its first bytes. */
final class ForeignBytes {
    private static final int UNEXPECTED_MESSAGE = 10;
    private static final int PROTOCOL_VERSION = 70;

    /** The header of SSL 2.0 (2 bytes, the first bit set), CLIENT-HELLO (1), version (2). */
    private static final int SSL2_PREFIX = 5;

    private static final int SSL2_CLIENT_HELLO = 1;

    private record Signature(String bytes, TlsFault fault, String detail) {}

    /** None is the beginning of another, so that any split of the bytes is judged alike. */
    private static final List<Signature> SIGNATURES = signatures();

    private ForeignBytes() {}

    private static List<Signature> signatures() {
        List<Signature> all = new ArrayList<>();
        for (String method :
                List.of("GET", "POST", "PUT", "HEAD", "OPTIONS", "DELETE", "PATCH", "CONNECT", "TRACE", "PRI")) {
            all.add(new Signature(method + " ", TlsFault.HTTP_REQUEST, method));
        }
        all.add(new Signature("PROXY ", TlsFault.PROXY_HEADER, "version 1"));
        all.add(new Signature("\r\n\r\n\0\r\nQUIT\n", TlsFault.PROXY_HEADER, "version 2"));
        all.add(new Signature("SSH-", TlsFault.SSH_CLIENT, ""));
        Map.of("EHLO ", "SMTP", "HELO ", "SMTP", "LHLO ", "LMTP", "<?xml", "XML", "<stream", "XMPP")
                .forEach((bytes, name) -> all.add(new Signature(bytes, TlsFault.PLAINTEXT, "it looks like " + name)));
        IntStream.rangeClosed('0', '9')
                .forEach(digit ->
                        all.add(new Signature("<" + (char) digit, TlsFault.PLAINTEXT, "it looks like syslog")));
        return List.copyOf(all);
    }

    /**
     * Judges the first bytes of a connection, which are no record of TLS.
     *
     * @return empty when more of them are needed, which is so for 12 at most
     */
    static Optional<TlsFailedException> judge(byte[] first) {
        String received = new String(first, ISO_8859_1);
        boolean pending = false;
        for (Signature signature : SIGNATURES) {
            if (received.startsWith(signature.bytes)) {
                return refuse(signature.fault, UNEXPECTED_MESSAGE, signature.detail);
            }
            pending = pending || signature.bytes.startsWith(received);
        }
        if (pending) {
            return Optional.empty();
        }
        return (first[0] & 0x80) != 0 ? ssl2(first) : refuse(textOrNot(first[0]), UNEXPECTED_MESSAGE, "");
    }

    /** Old clients put a newer version into the old format, to be understood by everybody. */
    private static Optional<TlsFailedException> ssl2(byte[] first) {
        boolean possible = first.length < 3 || first[2] == SSL2_CLIENT_HELLO;
        if (possible && first.length < SSL2_PREFIX) {
            return Optional.empty();
        }
        if (!possible) {
            return refuse(TlsFault.NOT_TLS, UNEXPECTED_MESSAGE, "");
        }
        int version = (first[3] & 0xff) << 8 | (first[4] & 0xff);
        return version == 2 || version >> 8 == 3
                ? refuse(TlsFault.SSL2_HELLO, PROTOCOL_VERSION, "it offers " + Versions.name(version))
                : refuse(TlsFault.NOT_TLS, UNEXPECTED_MESSAGE, "");
    }

    private static TlsFault textOrNot(byte first) {
        boolean text = (first >= ' ' && first < 0x7f) || first == '\r' || first == '\n' || first == '\t';
        return text ? TlsFault.PLAINTEXT : TlsFault.NOT_TLS;
    }

    private static Optional<TlsFailedException> refuse(TlsFault fault, int alert, String detail) {
        return Optional.of(TlsFailedException.refusal(fault, alert, detail));
    }
}

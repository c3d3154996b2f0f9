package io.penstock.server.tls;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import javax.crypto.AEADBadTagException;
import org.jspecify.annotations.Nullable;

/**
 * Finds out from the words of an engine what has gone wrong. The JDK's, which differ from version to version, and
 * BoringSSL's ({@code NO_SHARED_CIPHER}) are read alike; words that nobody knows are an error of the protocol and are
 * handed on.
 */
final class Diagnosis {
    private static final String FATAL_ALERT = "received fatal alert: ";

    /** Where an engine's words are only others for the fault's own. */
    private static final Set<TlsFault> SAYING_NOTHING_NEW = EnumSet.of(
            TlsFault.HTTP_REQUEST,
            TlsFault.NOT_TLS,
            TlsFault.NO_COMMON_CIPHER,
            TlsFault.NO_COMMON_GROUP,
            TlsFault.NO_COMMON_SIGNATURE,
            TlsFault.NO_APPLICATION_PROTOCOL,
            TlsFault.CLIENT_CERTIFICATE_MISSING,
            TlsFault.BAD_RECORD,
            TlsFault.RENEGOTIATION);

    /** What the words contain, in lower case and with spaces. The first that is found counts. */
    private static final Map<String, TlsFault> WORDS = words();

    private Diagnosis() {}

    private static Map<String, TlsFault> words() {
        Map<String, TlsFault> words = new LinkedHashMap<>();
        words.put("http request", TlsFault.HTTP_REQUEST);
        words.put("https proxy request", TlsFault.HTTP_REQUEST);
        words.put("unrecognized ssl message", TlsFault.NOT_TLS);
        words.put("unsupported or unrecognized ssl message", TlsFault.NOT_TLS);
        words.put("wrong version number", TlsFault.NOT_TLS);

        words.put("unsupported protocol", TlsFault.OLD_VERSION);
        words.put("is not enabled or supported in server context", TlsFault.OLD_VERSION);
        words.put("are not accepted by server preferences", TlsFault.OLD_VERSION);
        words.put("no cipher suites in common", TlsFault.NO_COMMON_CIPHER);
        words.put("no shared cipher", TlsFault.NO_COMMON_CIPHER);
        words.put("no shared group", TlsFault.NO_COMMON_GROUP);
        words.put("no common named group", TlsFault.NO_COMMON_GROUP);
        words.put("no common signature algorithms", TlsFault.NO_COMMON_SIGNATURE);
        words.put("no supported signature algorithm", TlsFault.NO_COMMON_SIGNATURE);
        words.put("no available authentication scheme", TlsFault.NO_COMMON_SIGNATURE);
        words.put("no application protocol", TlsFault.NO_APPLICATION_PROTOCOL);
        words.put("no supported application protocol", TlsFault.NO_APPLICATION_PROTOCOL);
        words.put("no matching application layer protocol", TlsFault.NO_APPLICATION_PROTOCOL);

        words.put("empty client certificate chain", TlsFault.CLIENT_CERTIFICATE_MISSING);
        words.put("peer did not return a certificate", TlsFault.CLIENT_CERTIFICATE_MISSING);
        words.put("notafter:", TlsFault.CLIENT_CERTIFICATE_EXPIRED);
        words.put("notbefore:", TlsFault.CLIENT_CERTIFICATE_NOT_YET_VALID);
        words.put("has been revoked", TlsFault.CLIENT_CERTIFICATE_REVOKED);
        words.put("unable to find valid certification path", TlsFault.CLIENT_CERTIFICATE_UNKNOWN_CA);
        words.put("does not permit use for tls client", TlsFault.CLIENT_CERTIFICATE_WRONG_USAGE);
        words.put("keyusage does not allow", TlsFault.CLIENT_CERTIFICATE_WRONG_USAGE);
        words.put("certificate chain length", TlsFault.CLIENT_CERTIFICATE_BAD);
        words.put("certificate verify failed", TlsFault.CLIENT_CERTIFICATE_BAD);

        words.put("tag mismatch", TlsFault.BAD_RECORD);
        words.put("bad record mac", TlsFault.BAD_RECORD);
        words.put("bad decrypt", TlsFault.BAD_RECORD);
        words.put("decryption failed", TlsFault.BAD_RECORD);
        words.put("insufficient buffer remaining for aead cipher fragment", TlsFault.BAD_RECORD);
        words.put("record too big", TlsFault.RECORD_TOO_LONG);
        words.put("record is too big", TlsFault.RECORD_TOO_LONG);
        words.put("packet length too long", TlsFault.RECORD_TOO_LONG);
        words.put("record too large", TlsFault.RECORD_TOO_LONG);
        words.put("data length too long", TlsFault.RECORD_TOO_LONG);
        words.put("encrypted length too long", TlsFault.RECORD_TOO_LONG);
        words.put("renegotiation", TlsFault.RENEGOTIATION);
        // JdkEngine leaves a second handshake nothing to agree on.
        words.put("no appropriate protocol", TlsFault.RENEGOTIATION);
        words.put("too many empty fragments", TlsFault.EMPTY_RECORDS);
        words.put("too many key updates", TlsFault.EMPTY_RECORDS);
        return words;
    }

    /** Somebody who knows exactly may be in the chain of causes: what a verifier throws comes back wrapped. */
    static TlsFailedException of(Throwable failure) {
        List<Throwable> chain = new ArrayList<>();
        for (Throwable cause = failure; cause != null && chain.size() < 10; cause = cause.getCause()) {
            if (cause instanceof TlsFailedException known) {
                return known;
            }
            chain.add(cause);
        }
        Throwable innermost = chain.get(chain.size() - 1);
        if (!isOfTls(failure)) {
            return TlsFailedException.inEngine(TlsFault.INTERNAL, innermost.toString(), failure);
        }
        if (innermost instanceof AEADBadTagException) {
            return TlsFailedException.inEngine(TlsFault.BAD_RECORD, "", failure);
        }
        String words = innermost.getMessage() == null ? innermost.getClass().getSimpleName() : innermost.getMessage();
        return of(words, failure);
    }

    private static boolean isOfTls(Throwable failure) {
        return failure instanceof IOException || failure instanceof GeneralSecurityException;
    }

    /** The same for an engine that throws nothing, and has words only. */
    static TlsFailedException of(String words, @Nullable Throwable cause) {
        String plain = words.replace('_', ' ').toLowerCase(Locale.ROOT);
        int alert = plain.indexOf(FATAL_ALERT);
        if (alert >= 0) {
            String name = words.substring(alert + FATAL_ALERT.length()).trim();
            OptionalInt number = Alerts.number(name);
            return TlsFailedException.inEngine(
                    number.isPresent() ? Alerts.fault(number.getAsInt()) : TlsFault.CLIENT_ALERT, name, cause);
        }
        return WORDS.entrySet().stream()
                .filter(known -> plain.contains(known.getKey()))
                .findFirst()
                .map(known -> known.getValue())
                .map(fault ->
                        TlsFailedException.inEngine(fault, SAYING_NOTHING_NEW.contains(fault) ? "" : words, cause))
                .orElseGet(() -> TlsFailedException.inEngine(TlsFault.PROTOCOL_ERROR, words, cause));
    }
}

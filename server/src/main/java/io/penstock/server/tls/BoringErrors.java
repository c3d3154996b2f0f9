package io.penstock.server.tls;

import io.netty.internal.tcnative.SSL;
import java.util.Locale;

/** What BoringSSL says of a failure: its queue of errors, which belongs to the thread. */
final class BoringErrors {
    /** Reasons from here on are the peer's alerts, by their numbers (SSL_AD_REASON_OFFSET). */
    private static final int ALERTS = 1000;

    private static final int MAX_ALERT = 255;
    private static final int REASON = 0xfff;

    private BoringErrors() {}

    /** The first error of the queue is the cause of the others. Empties it. */
    static TlsFailedException take() {
        int error = SSL.getLastErrorNumber();
        SSL.clearError();
        int reason = error & REASON;
        if (reason >= ALERTS && reason <= ALERTS + MAX_ALERT) {
            return TlsFailedException.byAlert(reason - ALERTS);
        }
        return Diagnosis.of(words(error), null);
    }

    /** Such as {@code no shared cipher}; BoringSSL writes {@code error:…:OPENSSL_internal:NO_SHARED_CIPHER}. */
    static String words(int error) {
        if (error == 0) {
            return "BoringSSL gives no reason";
        }
        String text = SSL.getErrorString(Integer.toUnsignedLong(error));
        return text.substring(text.lastIndexOf(':') + 1).replace('_', ' ').toLowerCase(Locale.ROOT);
    }
}

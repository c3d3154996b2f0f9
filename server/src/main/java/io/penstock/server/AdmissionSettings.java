package io.penstock.server;

import io.penstock.protocol.SettingsReader;
import java.util.Optional;

/**
 * Who is taken on, and how many ({@code penstock.admission}). A limit that is empty is off.
 *
 * @param lists who may connect
 * @param rate new connections a second
 * @param addressRate the same of one address; an IPv6 address stands for its /64
 * @param addressConnections connections of one address at once
 * @param identityConnections connections of one client, by its certificate, at once
 * @param handshakes handshakes in progress
 * @param atRate what becomes of a connection beyond a rate
 * @param atConnections what becomes of a connection beyond a number
 * @param session how many connections a client may have by its certificate
 */
public record AdmissionSettings(
        AddressListSettings lists,
        Optional<Integer> rate,
        Optional<Integer> addressRate,
        Optional<Integer> addressConnections,
        Optional<Integer> identityConnections,
        Optional<Integer> handshakes,
        AtLimit atRate,
        AtLimit atConnections,
        Session session) {
    /** What becomes of a connection beyond a limit. */
    public enum AtLimit {
        /** It is reset. */
        REFUSE,
        /** It is closed with a FIN. */
        CLOSE,
        /**
         * It stays in the backlog until there is room. The backlog has one order, so that nobody can wait there for a limit
         * of one address: for these it is {@link #REFUSE}.
         */
        WAIT
    }

    /** How many connections there may be of one client. */
    public enum Session {
        /** As many as {@code admission.identity-connections} allows. */
        ANY,
        /** One, and that is the newest: the one before it is closed in order. */
        NEWEST,
        /** One, and that is the oldest: others are closed after their handshake. */
        OLDEST
    }

    static AdmissionSettings read(SettingsReader reader) {
        return new AdmissionSettings(
                AddressListSettings.read(reader),
                reader.integerOrOff("admission.rate", 1, Rate.MOST),
                reader.integerOrOff("admission.address-rate", 1, Rate.MOST),
                reader.integerOrOff("admission.address-connections"),
                reader.integerOrOff("admission.identity-connections"),
                reader.integerOrOff("admission.handshakes"),
                reader.choice("admission.at-rate", AtLimit.class),
                reader.choice("admission.at-connections", AtLimit.class),
                reader.choice("admission.session", Session.class));
    }
}

package io.penstock.server.cli;

import io.penstock.server.ListenerSettings;
import java.net.BindException;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Why a port cannot be had, and what to do about it. */
final class BindFailure {
    private static final int PRIVILEGED = 1024;

    private BindFailure() {}

    /** One line; nothing when the failure is of another kind. */
    static Optional<String> explain(Throwable failure, ListenerSettings listener) {
        String key = listener.names().of("port");
        return explain(
                failure,
                new Address(listener.server().host(), listener.server().port()),
                key.equals("port") ? "--port" : "penstock." + key);
    }

    /**
     * One line; nothing when the failure is of another kind.
     *
     * @param option what chooses the port
     */
    static Optional<String> explain(Throwable failure, Address address, String option) {
        for (@Nullable Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof UnresolvedAddressException
                    || cause instanceof UnknownHostException
                    || String.valueOf(cause.getMessage()).contains("Unresolved address")) {
                return Optional.of(
                        "host " + address.host() + " has no address: name one of this host's, or 0.0.0.0 for all");
            }
            if (cause instanceof BindException || cause instanceof SocketException) {
                return Optional.of(words(String.valueOf(cause.getMessage()), address, option));
            }
        }
        return Optional.empty();
    }

    private static String words(String reason, Address address, String option) {
        String port = "port " + address.port() + " on " + address.host();
        if (reason.contains("already in use")) {
            return port + " is in use: stop what listens there, or choose another with " + option;
        }
        if (reason.contains("ermission denied")) {
            return address.port() < PRIVILEGED
                    ? port + " is not permitted to this user: choose one from " + PRIVILEGED
                            + " on, or grant CAP_NET_BIND_SERVICE"
                    : port + " is not permitted to this user: a security policy of the system forbids it";
        }
        if (reason.contains("assign requested address")) {
            return port + " cannot be had: this host does not have that address";
        }
        return port + " cannot be had: " + reason;
    }
}

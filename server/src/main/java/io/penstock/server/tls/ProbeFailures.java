package io.penstock.server.tls;

import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import javax.net.ssl.SSLException;

/** Why a server could not be looked at, in words and with what to do. */
final class ProbeFailures {
    /** Newer Javas put its name in brackets before it. */
    private static final String ALERT = "Received fatal alert: ";

    private ProbeFailures() {}

    static IOException unknownHost(String host, IOException cause) {
        return new IOException("no address is known for " + host + "; remedy: correct the name", cause);
    }

    static IOException late(Duration timeout) {
        return new IOException("no handshake within " + timeout.toSeconds()
                + " s; remedy: check that this is a TLS port, and what is between here and there");
    }

    static IOException inWords(IOException e, Duration timeout) {
        if (e instanceof SocketTimeoutException) {
            return new IOException("no connection within " + timeout.toSeconds()
                    + " s; remedy: check the address, and firewalls between here and there");
        }
        return new IOException(words(e), e);
    }

    static String words(IOException e) {
        String message = String.valueOf(e.getMessage());
        if (e instanceof ConnectException) {
            return message.contains("refused")
                    ? "connection refused; remedy: start the server, or correct the port"
                    : "cannot connect: " + message;
        }
        if (e instanceof SSLException && message.startsWith("Unsupported or unrecognized SSL message")) {
            return "what answers there does not speak TLS; remedy: the port of a TLS server";
        }
        int alert = message.indexOf(ALERT);
        if (e instanceof SSLException && alert >= 0) {
            return "the server refused the handshake with the alert " + message.substring(alert + ALERT.length())
                    + remedy(message);
        }
        if (e instanceof EOFException || e.getCause() instanceof EOFException || e instanceof SocketException) {
            return "the server closed the connection in the handshake; remedy: check that this is a TLS port";
        }
        return "the handshake failed: " + message;
    }

    private static String remedy(String message) {
        if (message.endsWith("unrecognized_name")) {
            return "; remedy: --servername with a name that it serves";
        }
        return message.endsWith("protocol_version") ? "; it speaks neither TLS 1.3 nor TLS 1.2" : "";
    }
}

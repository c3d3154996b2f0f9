package io.penstock.server;

import io.penstock.protocol.ConnectionEnd;
import io.penstock.protocol.ConnectionEnd.Kind;

/** Why a connection is refused by its PROXY header or the lack of one, as a closed set with stable codes. */
enum ProxyFault {
    /** Somebody wants to pass for another client, or the proxy is missing in the list. */
    NOT_TRUSTED(
            "a PROXY header came from an address that is no trusted proxy",
            "if it is your proxy, add its address to penstock.proxy-protocol.trusted; if not, somebody tried to pass for"
                    + " another client"),
    /** {@code mode = required}. */
    MISSING(
            "the proxy sent no PROXY header",
            "switch the PROXY protocol on in the proxy (haproxy: send-proxy-v2, nginx: proxy_protocol on), or set"
                    + " penstock.proxy-protocol.mode to optional"),
    /** Neither version 1 nor 2. */
    MALFORMED("the PROXY header is malformed", "update the proxy, or let it send the other version"),
    /** FIN in the midst of it. */
    INCOMPLETE("the proxy closed the connection within the PROXY header", "see the proxy's log");

    private final String code;
    private final String sentence;
    private final String remedy;

    ProxyFault(String sentence, String remedy) {
        this.code = "PROXY-" + name().replace('_', '-');
        this.sentence = sentence;
        this.remedy = remedy;
    }

    /** Stable over versions, for searching and counting: the constant's name as {@code PROXY-NOT-TRUSTED}. */
    String code() {
        return code;
    }

    /**
     * The end of a connection by this fault.
     *
     * @param detail what the sentence does not say: what came and what was expected; may be empty
     */
    ConnectionEnd end(String detail) {
        String reason = detail.isEmpty() ? sentence : sentence + ": " + detail;
        return new ConnectionEnd(Kind.REFUSED, code, reason + "; remedy: " + remedy);
    }
}

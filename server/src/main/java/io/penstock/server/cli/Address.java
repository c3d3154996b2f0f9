package io.penstock.server.cli;

import com.typesafe.config.ConfigUtil;

/** An address to listen on, as it was configured. */
record Address(String host, int port) {
    /** {@code {"host":…,"port":…,"admin":null,"pid":…}}, for the ready file. */
    String json(long pid) {
        return "{\"host\":" + ConfigUtil.quoteString(host) + ",\"port\":" + port + ",\"admin\":null,\"pid\":" + pid
                + "}\n";
    }

    /** {@code 0.0.0.0:8000}, {@code [::1]:8000}. */
    @Override
    public String toString() {
        return (host.indexOf(':') >= 0 && !host.startsWith("[") ? "[" + host + "]" : host) + ":" + port;
    }
}

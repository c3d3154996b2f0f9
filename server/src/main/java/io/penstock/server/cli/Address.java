package io.penstock.server.cli;

/** An address to listen on, as it was configured. */
record Address(String host, int port) {
    /** {@code 0.0.0.0:8000}, {@code [::1]:8000}. */
    @Override
    public String toString() {
        return (host.indexOf(':') >= 0 && !host.startsWith("[") ? "[" + host + "]" : host) + ":" + port;
    }
}

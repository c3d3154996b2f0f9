package io.penstock.server.cli;

import io.penstock.server.ListenerSettings;
import io.penstock.server.ServerSettings;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.Optional;

/** Whether a port can be had: takes it as the server would, and lets go at once. */
final class PortCheck {
    private PortCheck() {}

    /** Why it cannot, in the words of the command that serves. */
    static Optional<String> problem(ListenerSettings listener) {
        ServerSettings server = listener.server();
        try (ServerSocket socket = new ServerSocket()) {
            // As Pekko does: connections that a former server closed do not keep the port.
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(server.host(), server.port()), 1);
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of(BindFailure.explain(e, listener).orElseGet(e::toString));
        }
    }
}

package io.penstock.server.cli;

import io.penstock.protocol.InvalidSettingsException;
import io.penstock.server.tls.ClientConnection;
import io.penstock.server.tls.ClientSettings;
import java.io.IOException;

/** Sends files or stdin to a server and prints what it answers. */
final class SendCommand {
    private static final int OK = 0;
    private static final int FAILED = 1;

    private final Terminal terminal;

    SendCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    /**
     * Runs.
     *
     * @return 0 when everything was written, and acknowledged where the protocol does that, and the server ended in order;
     *     else 1
     * @throws InvalidSettingsException when a file cannot be read or used; nothing has been sent
     */
    int run(SendArguments arguments) {
        SendInput input = new SendInput(arguments.inputs(), terminal.in(), arguments.protocol());
        input.check();
        ClientSetup setup = new ClientSetup(terminal);
        ClientSettings settings = setup.settings(arguments.client(), arguments.timeout());
        setup.warn(arguments.client());
        Address target = arguments.target();
        SendFraming framing = SendFraming.of(arguments.protocol(), arguments.timeout());
        try (ClientConnection connection = ClientConnection.connect(settings, target.host(), target.port())) {
            new SendExchange(connection, input, framing, new SendOutput(terminal.out(), terminal.outIsTerminal()))
                    .run(arguments.timeout(), arguments.waits());
            return OK;
        } catch (IOException e) {
            return failed(target + ": " + e.getMessage() + framing.account());
        } catch (IllegalArgumentException e) {
            throw ClientSetup.notAName(SendArguments.COMMAND, arguments.client(), target);
        }
    }

    private int failed(String words) {
        terminal.err().println(Printable.line(SendArguments.COMMAND + ": " + words));
        return FAILED;
    }
}

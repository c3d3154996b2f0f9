package io.penstock.server.tls;

import io.penstock.processor.Outbound;
import io.penstock.server.pki.HostNames;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/**
 * A client's connection to a server, by TLS or in the clear, over a blocking socket. One thread may read while another
 * writes; everything that goes wrong comes as {@link ClientFailedException}.
 */
public final class ClientConnection implements Outbound {
    private static final byte ALERT = 21;
    private static final byte MAJOR_VERSION = 3;

    private final NotingSocket transport;
    /** The transport itself where there is no TLS. */
    private final Socket stream;

    private final ClientFaults faults;
    private final boolean resumed;
    private boolean begun;

    private ClientConnection(NotingSocket transport, Socket stream, ClientFaults faults, boolean resumed) {
        this.transport = transport;
        this.stream = stream;
        this.faults = faults;
        this.resumed = resumed;
    }

    /**
     * Connects, to the first of the host's addresses that accepts, and shakes hands.
     *
     * @param host a name or an address, this one without brackets
     * @throws IllegalArgumentException when the server's name cannot be one
     */
    public static ClientConnection connect(ClientSettings settings, String host, int port)
            throws ClientFailedException {
        return connect(settings, host, port, ClientContext.create(settings, TrustRoots.of(settings)));
    }

    /** The same with a context that may have been used before, and then has sessions to resume. */
    static ClientConnection connect(ClientSettings settings, String host, int port, ClientContext context)
            throws ClientFailedException {
        String name = settings.serverName().orElse(host);
        ClientFaults faults = new ClientFaults(host, port, name, settings, context.check(), context.keys());
        NotingSocket transport = open(host, port, settings.timeout(), faults);
        if (settings.trust().isEmpty()) {
            return new ClientConnection(transport, transport, faults, false);
        }
        try {
            context.check().forget();
            SSLSocket tls = secure(transport, settings, name, context.sessions());
            // Who resumes is shown no certificate.
            return new ClientConnection(
                    transport, tls, faults, context.check().shown().isEmpty());
        } catch (IOException e) {
            closeQuietly(transport);
            throw faults.inHandshake(e);
        } catch (RuntimeException e) {
            closeQuietly(transport);
            throw e;
        }
    }

    private static NotingSocket open(String host, int port, Duration timeout, ClientFaults faults)
            throws ClientFailedException {
        try {
            IOException first = null;
            for (InetAddress address : InetAddress.getAllByName(host)) {
                NotingSocket socket = new NotingSocket();
                try {
                    socket.connect(new InetSocketAddress(address, port), (int) timeout.toMillis());
                    socket.setTcpNoDelay(true);
                    return socket;
                } catch (IOException e) {
                    closeQuietly(socket);
                    first = first == null ? e : first;
                }
            }
            throw first == null ? new UnknownHostException(host) : first;
        } catch (IOException e) {
            throw faults.atConnect(e);
        }
    }

    private static SSLSocket secure(NotingSocket transport, ClientSettings settings, String name, SSLContext context)
            throws IOException {
        SSLSocket tls = (SSLSocket) context.getSocketFactory().createSocket(transport, name, transport.getPort(), true);
        tls.setSSLParameters(parameters(tls.getSSLParameters(), settings, name));
        transport.setSoTimeout((int) settings.timeout().toMillis());
        tls.startHandshake();
        transport.setSoTimeout(0);
        return tls;
    }

    private static SSLParameters parameters(SSLParameters parameters, ClientSettings settings, String name) {
        parameters.setProtocols(settings.versions().toArray(String[]::new));
        parameters.setApplicationProtocols(settings.alpn().toArray(String[]::new));
        // JSSE's managers check the name by this; it is RFC 6125's way, which is right for other protocols, too.
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        if (HostNames.address(name).isEmpty()) {
            // By itself JSSE sends no name without a dot, and localhost is one.
            parameters.setServerNames(List.of(new SNIHostName(name)));
        }
        return parameters;
    }

    /** What was negotiated, such as {@code TLSv1.3 TLS_AES_256_GCM_SHA384}; empty without TLS. */
    public Optional<String> negotiated() {
        return stream instanceof SSLSocket tls
                ? Optional.of(
                        tls.getSession().getProtocol() + " " + tls.getSession().getCipherSuite())
                : Optional.empty();
    }

    /** Whether the handshake took up an earlier session, without certificates. */
    public boolean isResumed() {
        return resumed;
    }

    /** From now on {@link #read} fails when nothing comes for as long as the settings' timeout; else it waits for ever. */
    public void limitReads() throws ClientFailedException {
        try {
            transport.setSoTimeout(faults.timeoutMillis());
        } catch (IOException e) {
            throw faults.later(e);
        }
    }

    /**
     * Reads what has come, waiting for it.
     *
     * @return how many bytes; -1 when the server has ended its stream in order
     * @throws ClientFailedException also when the stream ended without close_notify
     */
    @Override
    public int read(byte[] buffer) throws ClientFailedException {
        try {
            int count = stream.getInputStream().read(buffer);
            if (count < 0 && stream != transport && transport.hasEnded()) {
                throw faults.truncated();
            }
            if (stream == transport && !begun && count > 0) {
                begun = true;
                refuseTls(buffer, count);
            }
            return count;
        } catch (IOException e) {
            throw faults.later(e);
        }
    }

    /** A TLS server answers plain bytes with an alert (RFC 8446 section 6). */
    private void refuseTls(byte[] buffer, int count) throws ClientFailedException {
        if (count >= 2 && buffer[0] == ALERT && buffer[1] == MAJOR_VERSION) {
            throw faults.plaintextToTls();
        }
    }

    /** Sends bytes at once; waits while the server does not read. */
    @Override
    public void write(byte[] bytes, int offset, int length) throws ClientFailedException {
        try {
            stream.getOutputStream().write(bytes, offset, length);
        } catch (IOException e) {
            throw faults.later(e);
        }
    }

    /**
     * Ends our direction in order: close_notify, or FIN without TLS. In TLS 1.3 the server may go on; one of TLS 1.2 has
     * to end at once (RFC 5246 section 7.2.1).
     */
    @Override
    public void end() throws ClientFailedException {
        try {
            stream.shutdownOutput();
        } catch (IOException e) {
            throw faults.later(e);
        }
    }

    /** Closes the transport. Without {@link #end} the server sees a truncation. */
    @Override
    public void close() {
        closeQuietly(transport);
    }

    private static void closeQuietly(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // Nothing is owed any more, and nobody could do anything about it.
        }
    }
}

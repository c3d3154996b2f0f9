package io.penstock.testkit;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/**
 * A blocking TLS client over a real socket. Its handshake is done when it exists. Reads wait at the most {@link
 * #PATIENCE_MILLIS}. Not thread-safe.
 */
public final class TlsClient implements AutoCloseable {
    /** How long a read waits, in milliseconds. */
    public static final int PATIENCE_MILLIS = 20_000;

    private final Socket transport;
    private final SSLSocket tls;

    private TlsClient(Socket transport, SSLSocket tls) {
        this.transport = transport;
        this.tls = tls;
    }

    /**
     * Connects and shakes hands.
     *
     * @throws UncheckedIOException when there is no connection or the handshake fails
     */
    public static TlsClient connect(InetSocketAddress address, SSLContext context) {
        try {
            Socket transport = new Socket(address.getAddress(), address.getPort());
            SSLSocket tls = (SSLSocket)
                    context.getSocketFactory().createSocket(transport, "localhost", address.getPort(), true);
            tls.setSoTimeout(PATIENCE_MILLIS);
            tls.startHandshake();
            return new TlsClient(transport, tls);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The protocol version of the connection, such as {@code TLSv1.3}. */
    public String version() {
        return tls.getSession().getProtocol();
    }

    /** The client's own port. */
    public int port() {
        return tls.getLocalPort();
    }

    /** Sends text as UTF-8. */
    public TlsClient send(String text) {
        return send(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Sends bytes, in one TLS record if they fit into one. */
    public TlsClient send(byte[] bytes) {
        return run(() -> {
            tls.getOutputStream().write(bytes);
            tls.getOutputStream().flush();
        });
    }

    /** Reads up to the next line feed; the line comes without it. At the end of the stream: what there is. */
    public String readLine() {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        run(() -> {
            InputStream in = tls.getInputStream();
            for (int b = in.read(); b >= 0 && b != '\n'; b = in.read()) {
                line.write(b);
            }
        });
        return line.toString(StandardCharsets.UTF_8);
    }

    /** Reads until the server ends the stream in order. */
    public String readAll() {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        run(() -> tls.getInputStream().transferTo(all));
        return all.toString(StandardCharsets.UTF_8);
    }

    /** Ends our side of the stream in order, with close_notify. Reading goes on where the server lets it (TLS 1.3). */
    public TlsClient endStream() {
        return run(tls::shutdownOutput);
    }

    /** Closes the transport with FIN, without close_notify: a truncation. */
    public void truncate() {
        run(transport::close);
    }

    /** Resets the transport. */
    public void reset() {
        run(() -> {
            transport.setSoLinger(true, 0);
            transport.close();
        });
    }

    /** Closes both ways in order. */
    @Override
    public void close() {
        run(tls::close);
    }

    private interface Step {
        void run() throws IOException;
    }

    private TlsClient run(Step step) {
        try {
            step.run();
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

package io.penstock.testkit.hostile;

import io.penstock.testkit.TlsClient;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.Objects;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * A client that does one thing that no client should, over a real socket. Blocking; for one thread, but {@link #close},
 * which may come from any.
 *
 * <pre>
 *   try (HostileClient silent = new SilentClient(penstock.target()).attack()) {
 *       assertThat(silent.awaitEnd()).isEqualTo(ServerEnd.ALERTED);
 *   }
 * </pre>
 */
public abstract class HostileClient implements AutoCloseable {
    /** How long anything is waited for, in milliseconds. */
    public static final int PATIENCE_MILLIS = TlsClient.PATIENCE_MILLIS;

    private static final int ALERT = 21;

    /** Where it goes. */
    protected final Target target;

    private volatile @Nullable Socket transport;
    private @Nullable IOException refused;

    /** A client that connects when it attacks. */
    protected HostileClient(Target target) {
        this.target = target;
    }

    /**
     * Connects, and does what it is named after. That the server ends the connection meanwhile is no error.
     *
     * @throws UncheckedIOException when there is no connection
     */
    public final HostileClient attack() {
        try {
            transport = target.connect(receiveBuffer());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        try {
            act(transport());
        } catch (IOException e) {
            refused = e;
        }
        return this;
    }

    /** What it does once it is connected. */
    protected abstract void act(Socket socket) throws IOException;

    /** Bytes; 0: as the system has it. */
    protected int receiveBuffer() {
        return 0;
    }

    /**
     * Waits until the server has ended the connection.
     *
     * @throws AssertionError when it does not within {@link #PATIENCE_MILLIS}
     */
    public ServerEnd awaitEnd() {
        try {
            return refused == null ? end(transport()) : end(refused);
        } catch (IOException e) {
            return end(e);
        }
    }

    /** Reads to the end. */
    protected ServerEnd end(Socket socket) throws IOException {
        InputStream in = socket.getInputStream();
        int first = in.read();
        in.transferTo(OutputStream.nullOutputStream());
        return first == ALERT ? ServerEnd.ALERTED : ServerEnd.CLOSED;
    }

    /** What a failure says about how the server has ended it. */
    protected static ServerEnd end(IOException failure) {
        if (failure instanceof SocketTimeoutException) {
            throw new AssertionError("the server has not ended the connection", failure);
        }
        if (failure instanceof SocketException || failure.getCause() instanceof SocketException) {
            return ServerEnd.RESET;
        }
        boolean fin = failure instanceof EOFException || failure.getCause() instanceof EOFException;
        return failure instanceof SSLException && !fin ? ServerEnd.ALERTED : ServerEnd.CLOSED;
    }

    /** The socket of the attack. */
    protected final Socket transport() {
        return Objects.requireNonNull(transport, "attack() comes first");
    }

    /** Closes the socket, if the attack has not done so. */
    @Override
    public void close() {
        Socket socket = transport;
        if (socket != null) {
            close(socket);
        }
    }

    /** For those who do not care any more. */
    static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // It is gone either way.
        }
    }
}

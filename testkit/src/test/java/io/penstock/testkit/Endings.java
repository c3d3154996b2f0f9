package io.penstock.testkit;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.penstock.testkit.hostile.GarbageClient;
import io.penstock.testkit.hostile.HalfHandshakeClient;
import io.penstock.testkit.hostile.HostileClient;
import io.penstock.testkit.hostile.HugeFrameClient;
import io.penstock.testkit.hostile.NonReadingClient;
import io.penstock.testkit.hostile.PlaintextClient;
import io.penstock.testkit.hostile.ProxySpoofClient;
import io.penstock.testkit.hostile.ReconnectingClient;
import io.penstock.testkit.hostile.RenegotiatingClient;
import io.penstock.testkit.hostile.ResettingClient;
import io.penstock.testkit.hostile.SilentClient;
import io.penstock.testkit.hostile.Target;
import io.penstock.testkit.hostile.TruncatingClient;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.ArrayDeque;
import java.util.Deque;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/**
 * Connections to a server of lines, each of which ends in another way. One that the server ends is waited for later, while others
 * begin. For one thread.
 */
final class Endings implements AutoCloseable {
    /** Sent to the server's processor: it throws, closes the connection, or hangs; everything else is echoed. */
    static final String FAIL = "fail";

    static final String BYE = "bye";
    static final String HANG = "hang";

    /** What the server's lists deny: an address of a socket, and one that a proxy announces. */
    static final String DENIED = "[127.250.0.0/16, 192.0.2.0/24]";

    /** The server's proxies. */
    static final String PROXIES = "[127.240.0.0/16]";

    private static final int CLIENTS = 1;
    private static final int PROXY = 240;
    private static final int BANNED = 250;

    /** How many are waited for at once. */
    private static final int WAITING = 24;

    /** One in so many asks and does not read the answers, which costs megabytes and a thread. */
    private static final int SELDOM = 2003;

    private static final int FIRST = 100;
    private static final byte[] REQUEST = ("x".repeat(1000) + "\n").repeat(16).getBytes(US_ASCII);

    private static final byte[] WORD = "hello\n".getBytes(US_ASCII);
    private static final byte[] ALERT = {21, 3, 3, 0, 2, 2, 48};

    private enum Ending {
        ORDERLY,
        TRUNCATED,
        RESET,
        HALF_CLOSED,
        GARBAGE,
        PLAINTEXT,
        SPOOFED_HEADER,
        DENIED_BEHIND_A_PROXY,
        BROKEN_HEADER,
        DENIED,
        HALF_A_WORD,
        HALF_A_HANDSHAKE,
        AN_ALERT,
        AT_ONCE,
        REFUSED_VERSION,
        RENEGOTIATION,
        GARBAGE_AFTER_THE_HANDSHAKE,
        LONG_FRAME,
        PROCESSOR_FAILS,
        PROCESSOR_CLOSES,
        SILENT_IN_THE_HANDSHAKE,
        SILENT_AFTER_THE_HANDSHAKE
    }

    /** Waits for the server's part, and gives everything back. */
    private interface Rest {
        void run() throws IOException;
    }

    private final InetSocketAddress server;
    private final SSLContext context;
    private final Deque<Rest> waiting = new ArrayDeque<>();

    Endings(InetSocketAddress server, SSLContext context) {
        this.server = server;
        this.context = context;
    }

    /** One connection; which one and how, the number says. */
    void end(int number) throws IOException {
        waiting.add(
                number % SELDOM == FIRST
                        ? rest(new NonReadingClient(target(CLIENTS, number), REQUEST))
                        : begin(number));
        if (waiting.size() > WAITING) {
            waiting.remove().run();
        }
    }

    private Rest begin(int number) throws IOException {
        Ending ending = Ending.values()[number % Ending.values().length];
        Target target = target(CLIENTS, number);
        return switch (ending) {
            case TRUNCATED -> rest(new TruncatingClient(target, WORD));
            case RESET -> rest(new ResettingClient(target, WORD));
            case GARBAGE -> rest(new GarbageClient(target, number, 100));
            case PLAINTEXT -> rest(new PlaintextClient(target));
            case SPOOFED_HEADER -> rest(ProxySpoofClient.version2(target));
            case DENIED_BEHIND_A_PROXY -> rest(ProxySpoofClient.version1(target(PROXY, number)));
            case RENEGOTIATION -> rest(new RenegotiatingClient(target));
            case LONG_FRAME -> rest(new HugeFrameClient(target, WORD, 16 * 1024));
            case SILENT_IN_THE_HANDSHAKE -> rest(new SilentClient(target));
            case HALF_A_WORD -> closing(new ReconnectingClient(target, 1).attack()::close);
            case HALF_A_HANDSHAKE -> closing(new HalfHandshakeClient(target).attack()::close);
            case DENIED -> denied(target(BANNED, number));
            case BROKEN_HEADER -> plain(target(PROXY, number), "PROXY nonsense\r\n".getBytes(US_ASCII));
            case AN_ALERT -> plain(target, ALERT);
            case REFUSED_VERSION -> plain(target, oldHello());
            case AT_ONCE -> closing(connect(target));
            default -> opened(ending, target, number % 4 < 2 ? "TLSv1.3" : "TLSv1.2");
        };
    }

    private static Rest rest(HostileClient client) {
        client.attack();
        return () -> {
            try (client) {
                client.awaitEnd();
            }
        };
    }

    private static Rest closing(Closeable client) throws IOException {
        client.close();
        return () -> {};
    }

    /** Is reset before it knows that it is connected, or soon after. */
    private Rest denied(Target target) {
        try {
            return plain(target, new byte[0]);
        } catch (IOException e) {
            return () -> {};
        }
    }

    private Rest plain(Target target, byte[] bytes) throws IOException {
        Socket socket = connect(target);
        socket.getOutputStream().write(bytes);
        return () -> readAll(socket, socket);
    }

    /** Where the machine is slow the server's times may run out first, which is an end as well. */
    private Rest opened(Ending ending, Target target, String version) throws IOException {
        Socket socket = connect(target);
        try {
            return open(ending, socket, version);
        } catch (IOException e) {
            return closing(socket);
        }
    }

    private Rest open(Ending ending, Socket socket, String version) throws IOException {
        SSLSocket tls = handshake(socket, version);
        switch (ending) {
            case ORDERLY -> {
                echo(tls);
                return tls::close;
            }
            case HALF_CLOSED -> {
                echo(tls);
                tls.shutdownOutput();
            }
            case GARBAGE_AFTER_THE_HANDSHAKE -> {
                echo(tls);
                socket.getOutputStream().write(WORD);
            }
            case PROCESSOR_FAILS -> say(tls, FAIL);
            case PROCESSOR_CLOSES -> say(tls, BYE);
            default -> {
                // SILENT_AFTER_THE_HANDSHAKE
            }
        }
        return () -> readAll(tls, socket);
    }

    /** Opens a connection, says a word if there is one, and leaves the rest to the server. */
    void leaveOpen(int number, String word) throws IOException {
        Socket socket = connect(target(CLIENTS, number));
        SSLSocket tls = handshake(socket, "TLSv1.3");
        echo(tls);
        if (!word.isEmpty()) {
            say(tls, word);
        }
        waiting.add(() -> readAll(tls, socket));
    }

    private SSLSocket handshake(Socket socket, String version) throws IOException {
        SSLSocket tls =
                (SSLSocket) context.getSocketFactory().createSocket(socket, "localhost", server.getPort(), true);
        tls.setEnabledProtocols(new String[] {version});
        tls.startHandshake();
        return tls;
    }

    private static void say(SSLSocket tls, String word) throws IOException {
        tls.getOutputStream().write((word + "\n").getBytes(US_ASCII));
    }

    private static void echo(SSLSocket tls) throws IOException {
        tls.getOutputStream().write(WORD);
        if (tls.getInputStream().readNBytes(WORD.length).length != WORD.length) {
            throw new EOFException("no echo");
        }
    }

    /** To the end, whichever that is. */
    private static void readAll(Socket socket, Socket transport) {
        try (transport) {
            socket.getInputStream().transferTo(OutputStream.nullOutputStream());
        } catch (SocketTimeoutException e) {
            throw new AssertionError("the server has not ended the connection", e);
        } catch (IOException e) {
            // Reset, an alert, a truncation: an end as well.
        }
    }

    /** From addresses of their own, as the ports of one would be used up by those in TIME_WAIT. */
    private Target target(int network, int number) throws IOException {
        int place = network == CLIENTS ? network + number / 200 % 200 : network;
        return Target.of(server, context).from(InetAddress.getByAddress(new byte[] {
            127, (byte) place, (byte) (number / 40_000), (byte) (1 + number % 200)
        }));
    }

    private Socket connect(Target target) throws IOException {
        Socket socket = new Socket(
                server.getAddress(), server.getPort(), target.source().orElseThrow(), 0);
        socket.setSoTimeout(TlsClient.PATIENCE_MILLIS);
        return socket;
    }

    /** SSL 3.0 and nothing else. */
    private static byte[] oldHello() {
        byte[] hello = new byte[5 + 4 + 2 + 32 + 1 + 4 + 2];
        byte[] head = {22, 3, 0, 0, 45, 1, 0, 0, 41, 3, 0};
        System.arraycopy(head, 0, hello, 0, head.length);
        hello[45] = 2; // bytes of cipher suites
        hello[46] = (byte) 0xc0;
        hello[47] = 0x2b;
        hello[48] = 1;
        return hello;
    }

    /** Waits for all that have not been waited for. */
    @Override
    public void close() throws IOException {
        while (!waiting.isEmpty()) {
            waiting.remove().run();
        }
    }
}

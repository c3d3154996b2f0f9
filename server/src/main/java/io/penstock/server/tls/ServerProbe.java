package io.penstock.server.tls;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;

/**
 * Shakes hands with a server to see what it shows. It accepts every certificate, and sends nothing that a false server
 * could take. Blocks its thread.
 */
public final class ServerProbe {
    private static final String[] PROTOCOLS = {"TLSv1.3", "TLSv1.2"};

    private final String host;
    private final Optional<SNIHostName> serverName;
    private final Duration timeout;

    private ServerProbe(String host, Optional<SNIHostName> serverName, Duration timeout) {
        this.host = host;
        this.serverName = serverName;
        this.timeout = timeout;
    }

    /**
     * What a server has shown.
     *
     * @param chain as sent
     * @param protocol such as {@code TLSv1.3}
     * @param cipher by its IANA name
     * @param asksForCertificate whether it wanted one of the client
     * @param serverName what was asked for (SNI); empty: no name was
     * @param refusal why the handshake failed after the certificates had come, as with a server that demands one
     */
    public record Shown(
            List<X509Certificate> chain,
            String protocol,
            String cipher,
            boolean asksForCertificate,
            Optional<String> serverName,
            Optional<String> refusal) {
        public Shown {
            chain = List.copyOf(chain);
        }
    }

    /**
     * Looks at a server.
     *
     * @param host a name or an address; all addresses of a name are tried in turn
     * @param wanted sent as SNI; an address, or what is no name, is not
     * @param timeout for each address: to connect, and again for the handshake, however the server dawdles
     * @throws IOException when nothing was shown; its message is the reason in words
     */
    public static Shown look(String host, int port, String wanted, Duration timeout) throws IOException {
        ServerProbe probe = new ServerProbe(host, sni(wanted), timeout);
        IOException last = new IOException("the name has no address");
        for (InetAddress address : addresses(host)) {
            try {
                return probe.look(new InetSocketAddress(address, port));
            } catch (IOException e) {
                last = e;
            }
        }
        throw last;
    }

    private static InetAddress[] addresses(String host) throws IOException {
        try {
            return InetAddress.getAllByName(host);
        } catch (IOException e) {
            throw ProbeFailures.unknownHost(host, e);
        }
    }

    private Shown look(InetSocketAddress address) throws IOException {
        Onlooker onlooker = new Onlooker();
        AtomicBoolean late = new AtomicBoolean();
        try (Socket connected = new Socket()) {
            connected.connect(address, (int) timeout.toMillis());
            // A timeout of the socket begins anew with each byte.
            CompletableFuture.delayedExecutor(timeout.toMillis(), TimeUnit.MILLISECONDS)
                    .execute(() -> {
                        late.set(true);
                        close(connected);
                    });
            return shakeHands(connected, onlooker);
        } catch (IOException e) {
            throw late.get() ? ProbeFailures.late(timeout) : ProbeFailures.inWords(e, timeout);
        }
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // It is closed to end a read, which ends by this, too.
            return;
        }
    }

    private Shown shakeHands(Socket connected, Onlooker onlooker) throws IOException {
        try (SSLSocket socket =
                (SSLSocket) context(onlooker).getSocketFactory().createSocket(connected, host, 0, true)) {
            socket.setSSLParameters(parameters(socket));
            try {
                socket.startHandshake();
                SSLSession session = socket.getSession();
                onlooker.finished(session.getProtocol(), session.getCipherSuite());
                return shown(onlooker, Optional.empty());
            } catch (IOException e) {
                if (onlooker.chain().isEmpty()) {
                    throw e;
                }
                return shown(onlooker, Optional.of(ProbeFailures.words(e)));
            }
        }
    }

    private Shown shown(Onlooker seen, Optional<String> refusal) {
        return new Shown(
                seen.chain(),
                seen.protocol(),
                seen.cipher(),
                seen.wasAsked(),
                serverName.map(SNIHostName::getAsciiName),
                refusal);
    }

    private static SSLContext context(Onlooker onlooker) {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(new KeyManager[] {onlooker.keys()}, new TrustManager[] {onlooker}, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java cannot do TLS", e);
        }
    }

    private SSLParameters parameters(SSLSocket socket) {
        SSLParameters parameters = new SSLParameters(socket.getSupportedCipherSuites(), PROTOCOLS);
        parameters.setServerNames(
                serverName.stream().map(SNIServerName.class::cast).toList());
        return parameters;
    }

    /** RFC 6066 section 3: no addresses, no final dot. */
    private static Optional<SNIHostName> sni(String wanted) {
        boolean address = wanted.indexOf(':') >= 0 || wanted.matches("[\\d.]*");
        try {
            return address ? Optional.empty() : Optional.of(new SNIHostName(wanted.replaceFirst("\\.$", "")));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}

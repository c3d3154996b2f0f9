package peers;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.parsetools.RecordParser;

/**
 * Vert.x over epoll with the JDK's TLS engine: an echo, a sink of lines or a sink of bytes.
 *
 * <p>{@code VertxPeer CERT KEY echo|lines|discard}: listens on a free port of 127.0.0.1 and prints it, ends when it is
 * killed.
 */
public final class VertxPeer {
    private VertxPeer() {}

    public static void main(String[] args) throws Exception {
        String work = args[2];
        Vertx vertx = Vertx.vertx(new VertxOptions().setPreferNativeTransport(true));
        NetServer server = vertx.createNetServer(new NetServerOptions()
                .setSsl(true)
                .setAcceptBacklog(4096)
                .setTcpNoDelay(true)
                .setKeyCertOptions(new PemKeyCertOptions().setCertPath(args[0]).setKeyPath(args[1])));
        server.connectHandler(socket -> serve(socket, work))
                .listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .get();
        System.out.println(server.actualPort());
    }

    private static void serve(NetSocket socket, String work) {
        socket.exceptionHandler(failure -> socket.close());
        switch (work) {
            case "echo" -> socket.handler(socket::write);
            case "lines" -> RecordParser.newDelimited("\n", socket).handler(line -> {}).endHandler(end -> {});
            case "discard" -> socket.handler(bytes -> {});
            default -> throw new IllegalArgumentException(work);
        }
    }
}

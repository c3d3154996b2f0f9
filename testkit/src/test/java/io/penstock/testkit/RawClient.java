package io.penstock.testkit;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.util.OptionalInt;

/** A socket and literal bytes. */
final class RawClient implements AutoCloseable {
    private final Socket socket;

    RawClient(InetSocketAddress server) throws IOException {
        socket = new Socket(server.getAddress(), server.getPort());
        socket.setSoTimeout(TlsClient.PATIENCE_MILLIS);
    }

    Socket socket() {
        return socket;
    }

    RawClient send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        return this;
    }

    /** Sends FIN, and goes on reading. */
    RawClient end() throws IOException {
        socket.shutdownOutput();
        return this;
    }

    RawClient receive(int length) throws IOException {
        socket.getInputStream().readNBytes(length);
        return this;
    }

    /** Until the server ends, in whatever way. */
    byte[] receiveAll() throws IOException {
        try {
            return socket.getInputStream().readAllBytes();
        } catch (SocketException e) {
            return new byte[0];
        }
    }

    /** The alert that comes, if it comes in plain and before anything else. */
    OptionalInt receiveAlert() throws IOException {
        byte[] answer = receiveAll();
        return answer.length > 6 && answer[0] == 21 ? OptionalInt.of(answer[6]) : OptionalInt.empty();
    }

    void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}

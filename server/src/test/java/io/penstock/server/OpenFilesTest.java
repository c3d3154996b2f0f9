package io.penstock.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** A server that has fewer files than there are clients. */
@EnabledOnOs(OS.LINUX)
class OpenFilesTest {
    private static final int LIMIT = 256;

    private final List<Socket> clients = new ArrayList<>();

    private Socket connect(int port) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        clients.add(socket);
        return socket;
    }

    private static void echoes(Socket socket) throws IOException {
        socket.getOutputStream().write('x');
        assertThat(socket.getInputStream().read()).isEqualTo('x');
    }

    @Test
    @Timeout(120)
    void holdsFurtherClientsGoesOnServingAndRecovers() throws Exception {
        Process server = FewFiles.start(LIMIT);
        try (BufferedReader said = server.inputReader(StandardCharsets.UTF_8)) {
            int port = Integer.parseInt(said.readLine());
            Socket first = connect(port);
            echoes(first);
            for (int i = 0; i < 2 * LIMIT; i++) {
                connect(port);
            }
            assertThat(said.readLine()).isEqualTo("held by open-files");
            echoes(first);

            for (Socket client : clients.subList(1, clients.size())) {
                client.close();
            }
            assertThat(said.readLine()).isEqualTo("resumed after open-files");
            echoes(first);
            echoes(connect(port));
        } finally {
            for (Socket client : clients) {
                client.close();
            }
            server.getOutputStream().close();
            assertThat(server.waitFor()).isZero();
        }
    }
}

package io.penstock.testkit.soak;

import io.penstock.server.ReloadResult;
import io.penstock.server.TlsServer;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.util.ByteString;

/** Renews certificates, stops accepting for a moment, and sends to whoever is connected. */
final class Operator {
    private static final Duration PAUSE = Duration.ofMillis(200);
    private static final int PUSHES = 20;

    private final Rig rig;

    Operator(Rig rig) {
        this.rig = rig;
    }

    void work(Course course) throws IOException, InterruptedException {
        for (int made = 0; course.goesOn(made); made++) {
            rig.renewCertificate();
            for (TlsServer server : rig.servers()) {
                ReloadResult result = join(server.reload());
                if (result instanceof ReloadResult.Refused refused) {
                    throw new AssertionError("the new certificate was refused: " + refused.problems());
                }
            }
            rig.evidence().reloads.increment();
            course.pause(PAUSE);
            for (TlsServer server : rig.servers()) {
                join(server.suspend());
            }
            course.pause(PAUSE);
            for (TlsServer server : rig.servers()) {
                join(server.resume());
            }
            rig.evidence().suspensions.increment();
            for (int push = 0; push < PUSHES; push++) {
                push(made + "." + push);
                course.pause(PAUSE.dividedBy(PUSHES));
            }
        }
    }

    /** To those who take lines that answer nothing. */
    private void push(String words) {
        TlsServer server = rig.server(Port.ECHO);
        ByteString line = ByteString.fromString(LineSender.PUSH + words);
        int port = server.localAddress().getPort();
        rig.ledger().open.forEach((connection, its) -> {
            if (its == port) {
                join(server.send(connection, line));
            }
        });
    }

    private static <T> T join(CompletionStage<T> stage) {
        return stage.toCompletableFuture().join();
    }
}

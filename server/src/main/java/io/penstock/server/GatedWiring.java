package io.penstock.server;

import io.penstock.protocol.ConnectionProtocol.Command;
import io.penstock.protocol.ConnectionProtocol.End;
import io.penstock.protocol.TlsSession;
import io.penstock.server.tls.HandshakeProgress;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;

/**
 * Lets a connection open only if its client may have another one, and knows how far its handshake is. Its connection
 * opens it, its listener asks: thread-safe.
 */
final class GatedWiring implements ConnectionWiring {
    private final ConnectionWiring wiring;
    private final long id;
    private final IdentitySessions sessions;
    private volatile @Nullable HandshakeProgress progress;
    /** Either its handshake has ended, or it has been given up: not both, whoever comes first. */
    private final AtomicBoolean decided = new AtomicBoolean();

    private volatile boolean gone;

    GatedWiring(ConnectionWiring wiring, long id, IdentitySessions sessions) {
        this.wiring = wiring;
        this.id = id;
        this.sessions = sessions;
    }

    @Override
    public Stream open(
            ConnectionStage stage,
            HandshakeProgress handshake,
            Consumer<TlsSession> handshaken,
            ActorRef<Command> connection) {
        progress = handshake;
        return wiring.open(stage, handshake, session -> handshaken(session, handshaken, connection), connection);
    }

    /** Before the stream passes on the first byte: an end that is told here is heard before any frame. */
    private void handshaken(TlsSession session, Consumer<TlsSession> admitted, ActorRef<Command> connection) {
        if (!decided.compareAndSet(false, true)) {
            return;
        }
        if (sessions.isOff() || session.client() == null) {
            admitted.accept(session);
            return;
        }
        sessions.opened(id, session.client(), connection)
                .ifPresentOrElse(end -> connection.tell(new End(end)), () -> admitted.accept(session));
        if (gone) {
            // Its stream has outlived it, and nobody would ever forget it.
            sessions.gone(id);
        }
    }

    /** Its connection has ended. */
    void gone() {
        gone = true;
        sessions.gone(id);
    }

    /** Whether its handshake is in progress. */
    boolean isHandshaking() {
        return !decided.get();
    }

    /**
     * Ends its handshake: it will never open.
     *
     * @return whether that was in time
     */
    boolean giveUp() {
        return decided.compareAndSet(false, true);
    }

    /** Whether its client has sent nothing yet. */
    boolean isSilent() {
        HandshakeProgress known = progress;
        return known == null || known.isSilent();
    }

    @Override
    public void reject() {
        wiring.reject();
    }

    @Override
    public boolean secure() {
        return wiring.secure();
    }
}

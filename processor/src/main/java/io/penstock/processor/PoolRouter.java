package io.penstock.processor;

import io.penstock.protocol.ClientIdentity;
import io.penstock.protocol.ConnectionInfo;
import io.penstock.protocol.ProcessorProtocol.Close;
import io.penstock.protocol.ProcessorProtocol.Command;
import io.penstock.protocol.ProcessorProtocol.Deliver;
import io.penstock.protocol.ProcessorProtocol.Open;
import io.penstock.protocol.ProcessorProtocol.Signal;
import io.penstock.protocol.TlsSession;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;

/**
 * What connections take for their processor where a pool is not dealt out by connection: who a client is, and what is in
 * a frame, is known only after a connection has been given its processor. Where clients are kept together it hands
 * everything on; where keys are, each connection has a {@link KeyRouter} of its own. Answers do not pass through it.
 */
final class PoolRouter extends AbstractBehavior<Command> {
    /** A processor is gone for good. Without it order cannot be kept, so this stops, and connections notice. */
    private record MemberStopped() implements Signal {}

    private final List<ActorRef<Command>> members;
    private final PoolSettings pool;
    private final Map<Long, ActorRef<Command>> serving = new HashMap<>();

    private PoolRouter(ActorContext<Command> context, List<ActorRef<Command>> members, PoolSettings pool) {
        super(context);
        this.members = members;
        this.pool = pool;
        members.forEach(member -> context.watchWith(member, new MemberStopped()));
    }

    static Behavior<Command> create(List<ActorRef<Command>> members, PoolSettings pool) {
        List<ActorRef<Command>> all = List.copyOf(members);
        return Behaviors.setup(context -> new PoolRouter(context, all, pool));
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(Deliver.class, deliver -> hand(deliver.connection(), deliver))
                .onMessage(Open.class, this::onOpen)
                .onMessage(Close.class, this::onClose)
                .onMessage(MemberStopped.class, stopped -> Behaviors.stopped())
                .build();
    }

    private Behavior<Command> onOpen(Open open) {
        ConnectionInfo connection = open.connection();
        serving.put(
                connection.id(),
                pool.key()
                        .map(key -> getContext().spawn(KeyRouter.create(open, members, key), "c" + connection.id()))
                        .orElseGet(() -> members.get(Math.floorMod(identity(connection), members.size()))));
        return hand(connection.id(), open);
    }

    private Behavior<Command> onClose(Close close) {
        hand(close.connection(), close);
        serving.remove(close.connection());
        return this;
    }

    private Behavior<Command> hand(long connection, Command command) {
        ActorRef<Command> member = serving.get(connection);
        if (member != null) {
            member.tell(command);
        }
        return this;
    }

    /** By all names of the certificate: it will be renewed, and they stay. Without one, each connection by itself. */
    private static int identity(ConnectionInfo connection) {
        TlsSession tls = connection.tls();
        ClientIdentity client = tls == null ? null : tls.client();
        return client == null
                ? Long.hashCode(connection.id())
                : KeyRouter.spread(List.of(client.subject(), client.uris(), client.dnsNames(), client.emails())
                        .hashCode());
    }
}

package io.penstock.server;

import io.penstock.protocol.ConnectionEnd;
import io.penstock.protocol.ConnectionEnd.Kind;
import io.penstock.protocol.ConnectionInfo;
import io.penstock.protocol.ConnectionProtocol;
import io.penstock.protocol.ConnectionProtocol.Command;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.apache.pekko.actor.typed.ActorRef;

/** The connections of a listener, the oldest first. Not thread-safe. */
final class Children {
    private static final String HANDSHAKES = "admission.handshakes";

    private record Child(ConnectionInfo info, ActorRef<Command> actor, GatedWiring wiring, boolean open) {}

    private final Map<Long, Child> all = new LinkedHashMap<>();
    /** Those of them that are not open yet, and have not been told to go. */
    private final Map<Long, Child> handshaking = new LinkedHashMap<>();

    void add(ConnectionInfo info, ActorRef<Command> actor, GatedWiring wiring) {
        Child child = new Child(info, actor, wiring, false);
        all.put(info.id(), child);
        handshaking.put(info.id(), child);
    }

    Optional<ConnectionInfo> info(long id) {
        return Optional.ofNullable(all.get(id)).map(Child::info);
    }

    /** It is known whose a connection is. */
    void announced(ConnectionInfo info) {
        all.computeIfPresent(info.id(), (id, child) -> new Child(info, child.actor, child.wiring, child.open));
    }

    /** A handshake has ended: the connection can be sent something, and its client is known. */
    void opened(ConnectionInfo info) {
        handshaking.remove(info.id());
        all.computeIfPresent(info.id(), (id, child) -> new Child(info, child.actor, child.wiring, true));
    }

    /** Its place among the handshakes is free; what is known of its client follows. */
    void handshaken(long id) {
        handshaking.remove(id);
    }

    void gone(long id) {
        handshaking.remove(id);
        Child child = all.remove(id);
        if (child != null) {
            child.wiring.gone();
        }
    }

    /**
     * Makes room for one more handshake where so many are in progress: the oldest one whose client has sent nothing ends,
     * or else the oldest, so that who floods the port with them ends his own.
     */
    void makeRoom(int handshakes) {
        if (handshaking.size() < handshakes) {
            return;
        }
        // Of some it has not been heard yet that they are open.
        handshaking.values().removeIf(child -> !child.wiring.isHandshaking());
        if (handshaking.size() >= handshakes) {
            giveUp(handshakes, child -> child.wiring.isSilent(), "it was the oldest whose client had sent nothing")
                    .or(() -> giveUp(handshakes, child -> true, "it was the oldest"))
                    .ifPresent(child -> handshaking.remove(child.info.id()));
        }
    }

    private Optional<Child> giveUp(int handshakes, Predicate<Child> which, String why) {
        Optional<Child> goes = handshaking.values().stream()
                .filter(child -> which.test(child) && child.wiring.giveUp())
                .findFirst();
        goes.ifPresent(child -> child.actor.tell(new ConnectionProtocol.Cut(
                new ConnectionEnd(Kind.REFUSED, HANDSHAKES, handshakes + " handshakes were in progress, and " + why))));
        return goes;
    }

    /**
     * Passes something on.
     *
     * @return how many connections took it: those that are open and wanted
     */
    int push(Predicate<ConnectionInfo> wanted, Command message) {
        List<Child> takers = all.values().stream()
                .filter(child -> child.open && wanted.test(child.info))
                .toList();
        takers.forEach(child -> child.actor.tell(message));
        return takers.size();
    }

    /** Nobody is told where it has gone. */
    void tell(long id, Command message) {
        Child child = all.get(id);
        if (child != null) {
            child.actor.tell(message);
        }
    }

    void tellAll(Command message) {
        all.values().forEach(child -> child.actor.tell(message));
    }

    List<ConnectionInfo> infos() {
        return all.values().stream().map(Child::info).toList();
    }

    /** The oldest first. */
    List<Long> ids() {
        return List.copyOf(all.keySet());
    }

    boolean isEmpty() {
        return all.isEmpty();
    }
}

package io.penstock.processor;

import io.penstock.protocol.SupervisorProtocol.Available;
import io.penstock.protocol.SupervisorProtocol.State;
import io.penstock.protocol.SupervisorProtocol.Suspended;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.apache.pekko.actor.typed.ActorRef;
import org.slf4j.Logger;

/**
 * Which processors of a pool are suspended, and who is told. An outage is logged once when it begins and once when it has
 * ended, however many processors it hits and however often they try.
 */
final class Suspensions {
    private final Logger log;
    /** Why, by member, in the order in which they began. */
    private final Map<Integer, String> reasons = new LinkedHashMap<>();

    private final Set<ActorRef<State>> subscribers = new LinkedHashSet<>();
    private State state = new Available();
    private boolean logged;
    private long beganAt;
    private long held;

    Suspensions(Logger log) {
        this.log = log;
    }

    void subscribe(ActorRef<State> subscriber) {
        subscribers.add(subscriber);
        subscriber.tell(state);
    }

    void unsubscribe(ActorRef<State> subscriber) {
        subscribers.remove(subscriber);
    }

    /** A member is suspended. */
    void begin(int member, String reason, boolean isLogged) {
        boolean first = reasons.isEmpty();
        reasons.put(member, reason);
        if (first) {
            beganAt = System.nanoTime();
            held = 0;
            logged = isLogged;
            if (logged) {
                log.warn("the processor is suspended, frames wait: {}", Escaper.escape(reason));
            }
            become(new Suspended(reason, Instant.now()));
        }
    }

    /** A member works again; {@code frames} had waited for it. */
    void end(int member, long frames) {
        if (reasons.remove(member) == null) {
            return;
        }
        held += frames;
        if (!reasons.isEmpty()) {
            return;
        }
        if (logged) {
            long millis = Duration.ofNanos(System.nanoTime() - beganAt).toMillis();
            log.info("the processor works again after {} ms; frames that had waited: {}", millis, held);
        }
        become(new Available());
    }

    private void become(State now) {
        state = now;
        subscribers.forEach(subscriber -> subscriber.tell(now));
    }
}

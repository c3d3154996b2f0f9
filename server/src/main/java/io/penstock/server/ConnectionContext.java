package io.penstock.server;

import io.penstock.protocol.ConnectionEvent.Subscriber;
import io.penstock.protocol.QuarantineProtocol;
import io.penstock.protocol.SupervisorProtocol;
import java.util.Optional;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * What all connections of a listener have in common.
 *
 * @param supervisor says which processor serves a connection
 * @param events told what happens
 * @param quarantine keeps frames that are to be set aside; empty: there is none
 * @param memory bounds what all connections of the actor system hold
 * @param identities what clients may bring in a second
 */
record ConnectionContext(
        ServerSettings settings,
        ActorRef<SupervisorProtocol.Command> supervisor,
        Subscriber events,
        Optional<ActorRef<QuarantineProtocol.Command>> quarantine,
        MemoryBudget memory,
        IdentityRates identities) {}

package io.penstock.server.loop;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** An actor system with {@code penstock-loops.conf}, and several loops whatever the machine has. */
class LoopsTest {
    private static final Config CONFIG = ConfigFactory.parseString("pekko.actor.default-dispatcher.loops = 4")
            .withFallback(ConfigFactory.parseResources("penstock-loops.conf"))
            .withFallback(ConfigFactory.load())
            .resolve();
    private static final ActorTestKit KIT = ActorTestKit.create("loops", CONFIG);

    private record WhereAreYou(ActorRef<Thread> replyTo) {}

    private record Tell(ActorRef<WhereAreYou> other, ActorRef<Thread> replyTo) {}

    private final TestProbe<Thread> thread = KIT.createTestProbe();

    @AfterAll
    static void shutdown() {
        KIT.shutdownTestKit();
    }

    private static Behavior<WhereAreYou> resident() {
        return Behaviors.receiveMessage(asked -> {
            asked.replyTo().tell(Thread.currentThread());
            return Behaviors.same();
        });
    }

    private Thread where(ActorRef<WhereAreYou> resident) {
        resident.tell(new WhereAreYou(thread.getRef()));
        return thread.receiveMessage();
    }

    @Test
    void keepsAnActorWhereItHasRunWhenOthersTellItSomething() {
        ActorRef<WhereAreYou> resident = KIT.spawn(resident());
        Thread home = where(resident);
        assertThat(home.getName()).startsWith("penstock-loop-");
        for (int i = 0; i < 100; i++) {
            assertThat(where(resident)).isSameAs(home);
        }
    }

    @Test
    void gathersActorsThatTalkToEachOther() {
        Behavior<Tell> teller = Behaviors.receiveMessage(order -> {
            order.other().tell(new WhereAreYou(order.replyTo()));
            order.replyTo().tell(Thread.currentThread());
            return Behaviors.same();
        });
        ActorRef<WhereAreYou> resident = KIT.spawn(resident());
        ActorRef<Tell> first = KIT.spawn(teller);
        for (int i = 0; i < 8; i++) {
            first.tell(new Tell(resident, thread.getRef()));
            assertThat(thread.receiveMessage()).isSameAs(thread.receiveMessage());
        }
    }
}

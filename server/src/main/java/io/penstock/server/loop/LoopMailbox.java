package io.penstock.server.loop;

import com.typesafe.config.Config;
import java.util.function.Supplier;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.dispatch.MailboxType;
import org.apache.pekko.dispatch.MessageQueue;
import org.apache.pekko.dispatch.NodeMessageQueue;
import org.apache.pekko.dispatch.ProducesMessageQueue;
import org.jspecify.annotations.Nullable;
import scala.Option;

/** An unbounded mailbox that remembers on which loop its actor has run last. */
public final class LoopMailbox implements MailboxType, ProducesMessageQueue<LoopMailbox.Queue> {
    /** Pekko's queue, and the loop. */
    public static final class Queue extends NodeMessageQueue {
        private static final long serialVersionUID = 1L;
        /** A hint: whoever reads an old value sends the task to another loop once. */
        private transient volatile @Nullable EventLoop loop;

        private final boolean socket;

        Queue(boolean socket) {
            this.socket = socket;
        }

        /** Whether its actor is one of Pekko's that read and write sockets. */
        boolean isSocket() {
            return socket;
        }

        EventLoop loopOr(Supplier<EventLoop> other) {
            EventLoop known = loop;
            return known == null ? other.get() : known;
        }

        void runsOn(EventLoop now) {
            if (loop != now) {
                loop = now;
            }
        }
    }

    private static final String SOCKETS = "/system/IO-TCP/";

    /** Called by Pekko. */
    public LoopMailbox(ActorSystem.Settings settings, Config config) {
        // There is nothing to set.
    }

    @Override
    public MessageQueue create(Option<ActorRef> owner, Option<ActorSystem> system) {
        return new Queue(owner.exists(ref -> ref.path().toStringWithoutAddress().startsWith(SOCKETS)));
    }
}

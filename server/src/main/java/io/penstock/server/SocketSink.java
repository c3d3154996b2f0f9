package io.penstock.server;

import io.penstock.protocol.ListenerProtocol.Command;
import io.penstock.server.Entrance.Accepted;
import io.penstock.server.Intake.Next;
import java.util.Objects;
import java.util.function.Function;
import org.apache.pekko.actor.Terminated;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.stream.Attributes;
import org.apache.pekko.stream.Inlet;
import org.apache.pekko.stream.SinkShape;
import org.apache.pekko.stream.javadsl.Tcp.IncomingConnection;
import org.apache.pekko.stream.stage.AbstractInHandler;
import org.apache.pekko.stream.stage.GraphStage;
import org.apache.pekko.stream.stage.GraphStageLogic;
import org.apache.pekko.stream.stage.GraphStageLogic.StageActor;
import org.jspecify.annotations.Nullable;
import scala.Tuple2;
import scala.runtime.BoxedUnit;

/**
 * Hands a listener one socket for each {@link Next}, and takes none ahead: Pekko's sinks for actors do, and a socket in
 * their buffer has left the backlog, costs a file, and is closed when it has waited for Pekko's register timeout. Ends
 * the binding with its listener.
 */
final class SocketSink extends GraphStage<SinkShape<IncomingConnection>> {
    private final Inlet<IncomingConnection> in = Inlet.create("SocketSink.in");
    private final SinkShape<IncomingConnection> shape = SinkShape.of(in);
    private final ActorRef<Command> listener;
    private final Function<ActorRef<Next>, Command> started;
    private final Function<@Nullable Throwable, Command> ended;

    /**
     * The sink of one binding.
     *
     * @param started what the listener is told first: whom to give permission
     * @param ended what it is told last: why, or null
     */
    SocketSink(
            ActorRef<Command> listener,
            Function<ActorRef<Next>, Command> started,
            Function<@Nullable Throwable, Command> ended) {
        this.listener = listener;
        this.started = started;
        this.ended = ended;
    }

    @Override
    public SinkShape<IncomingConnection> shape() {
        return shape;
    }

    @Override
    public GraphStageLogic createLogic(Attributes attributes) {
        return new Logic();
    }

    private final class Logic extends GraphStageLogic {
        private @Nullable ActorRef<Next> self;

        Logic() {
            super(shape);
            setHandler(in, new AbstractInHandler() {
                @Override
                public void onPush() {
                    listener.tell(new Accepted(self(), grab(in)));
                }

                @Override
                public void onUpstreamFinish() {
                    listener.tell(ended.apply(null));
                    completeStage();
                }

                @Override
                public void onUpstreamFailure(Throwable failure) {
                    listener.tell(ended.apply(failure));
                    completeStage();
                }
            });
        }

        @Override
        public void preStart() {
            StageActor actor = getStageActor(this::onMessage);
            actor.watch(Adapter.toClassic(listener));
            self = Adapter.toTyped(actor.ref());
            listener.tell(started.apply(self()));
        }

        private BoxedUnit onMessage(Tuple2<org.apache.pekko.actor.ActorRef, Object> message) {
            if (message._2() instanceof Terminated) {
                completeStage();
            } else if (!hasBeenPulled(in)) {
                pull(in);
            }
            return BoxedUnit.UNIT;
        }

        private ActorRef<Next> self() {
            return Objects.requireNonNull(self, "started");
        }
    }
}

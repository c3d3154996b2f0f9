package io.penstock.processor;

import io.penstock.protocol.FailureAction;
import io.penstock.protocol.ProcessorProtocol.Close;
import io.penstock.protocol.ProcessorProtocol.Command;
import io.penstock.protocol.ProcessorProtocol.Deliver;
import io.penstock.protocol.ProcessorProtocol.Failed;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.BehaviorInterceptor;
import org.apache.pekko.actor.typed.TypedActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/**
 * Around a user's behavior: when it throws at a batch, the connection is told before the behavior is restarted. Which
 * frame it was is not known, so the whole batch has failed.
 */
final class AnswerThenCrash extends BehaviorInterceptor<Command, Command> {
    private final FailureAction onFailure;
    /** Connections of which nothing more is delivered. Shared by all lives of the behavior. */
    private final Set<Long> shut = new HashSet<>();

    private final Circuit circuit;

    AnswerThenCrash(SupervisionSettings settings, Circuit circuit) {
        super(Command.class);
        this.circuit = circuit;
        this.onFailure = settings.onFailure();
    }

    @Override
    public Behavior<Command> aroundStart(TypedActorContext<Command> context, PreStartTarget<Command> target) {
        Behavior<Command> started = target.start(context);
        if (circuit.isOpen()) {
            context.asJava().getSelf().tell(new Circuit.Settled());
        }
        return started;
    }

    @Override
    public Behavior<Command> aroundReceive(
            TypedActorContext<Command> context, Command command, ReceiveTarget<Command> target) {
        if (command instanceof Circuit.Settled) {
            circuit.settle();
            return Behaviors.same();
        }
        if (command instanceof Deliver deliver && shut.contains(deliver.connection())) {
            return Behaviors.same();
        }
        if (command instanceof Close close) {
            shut.remove(close.connection());
        }
        try {
            Behavior<Command> next = target.apply(context, command);
            if (command instanceof Deliver deliver
                    && circuit.worked(deliver.frames().size())) {
                context.asJava().getSelf().tell(new Circuit.Settled());
            }
            return next;
        } catch (Exception | Error e) {
            Running.passFatal(e);
            if (command instanceof Deliver deliver) {
                fail(deliver, e);
            }
            throw circuit.failed(e, context.asJava().getLog());
        }
    }

    private void fail(Deliver deliver, Throwable e) {
        if (onFailure == FailureAction.CLOSE) {
            shut.add(deliver.connection());
        }
        deliver.replyTo()
                .tell(new Failed(
                        deliver.batch(),
                        0,
                        deliver.frames().size(),
                        ProcessorFailedException.describe(e),
                        onFailure,
                        List.of()));
    }
}

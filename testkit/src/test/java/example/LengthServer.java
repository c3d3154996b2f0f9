package example;

import io.penstock.protocol.AckStep;
import io.penstock.protocol.ProcessorProtocol;
import io.penstock.protocol.ProcessorProtocol.Deliver;
import io.penstock.protocol.ProcessorProtocol.Done;
import io.penstock.server.ServerSettings;
import io.penstock.server.TlsServer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.util.ByteString;

/** Answers every line with its length. */
final class LengthServer {
    private LengthServer() {}

    static CompletionStage<TlsServer> bind(ActorSystem<?> system) {
        return TlsServer.bind(system, ServerSettings.from(system.settings().config()), lengths());
    }

    /** One actor for all connections. Every Deliver is answered: the answer is what lets the connection read on. */
    static Behavior<ProcessorProtocol.Command> lengths() {
        return Behaviors.receive(ProcessorProtocol.Command.class)
                .onMessage(Deliver.class, LengthServer::answer)
                .onAnyMessage(openOrClose -> Behaviors.same())
                .build();
    }

    private static Behavior<ProcessorProtocol.Command> answer(Deliver deliver) {
        List<ByteString> replies = new ArrayList<>();
        deliver.frames().forEach(line -> replies.add(ByteString.fromString("" + line.size())));
        deliver.replyTo().tell(new Done(deliver.batch(), AckStep.PROCESSED, replies));
        return Behaviors.same();
    }
}

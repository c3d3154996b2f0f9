package io.penstock.testkit;

import com.typesafe.config.Config;
import io.penstock.processor.AsyncProcessor;
import io.penstock.processor.Processor;
import io.penstock.processor.ProcessorFactory;
import io.penstock.processor.ProcessorSupervisor;
import io.penstock.processor.Session;
import io.penstock.processor.SupervisionSettings;
import io.penstock.protocol.AckStep;
import io.penstock.protocol.Frames;
import io.penstock.protocol.ProcessorProtocol;
import io.penstock.protocol.ProcessorProtocol.Deliver;
import io.penstock.protocol.ProcessorProtocol.Done;
import io.penstock.protocol.SupervisorProtocol;
import io.penstock.server.ListenerSettings;
import io.penstock.server.ProcessorSettings;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.util.ByteString;

/**
 * What a listener does with frames.
 *
 * @param settings that choose it
 * @param supervisor of its processor
 * @param awaitHeld waits until a frame has come to where it is held, if it is
 * @param release lets it go on
 * @param done looks whether a frame is done
 */
record Work(
        Map<String, Object> settings,
        Function<Config, Behavior<SupervisorProtocol.Command>> supervisor,
        Step<Bound> awaitHeld,
        Step<Bound> release,
        Step<String> done) {

    /** Something that a test does. */
    @FunctionalInterface
    interface Step<T> {
        void with(T it) throws Exception;
    }

    /** A built-in processor, which nothing holds. */
    static Work builtIn(Map<String, Object> settings) {
        return new Work(settings, Work::configured, bound -> {}, bound -> {}, frame -> {});
    }

    Work held(Step<Bound> newAwaitHeld, Step<Bound> newRelease) {
        return new Work(settings, supervisor, newAwaitHeld, newRelease, done);
    }

    Work done(Step<String> newDone) {
        return new Work(settings, supervisor, awaitHeld, release, newDone);
    }

    private static Behavior<SupervisorProtocol.Command> configured(Config config) {
        ProcessorSettings processors = ListenerSettings.from(config).get(0).processors();
        return ProcessorSupervisor.create(processors.factory(), processors.supervision());
    }

    static Work of(ProcessorFactory factory, Gate gate) {
        return gated(config -> ProcessorSupervisor.create(factory, SupervisionSettings.from(config)), gate);
    }

    static Work of(Behavior<ProcessorProtocol.Command> behavior, Gate gate) {
        return gated(config -> ProcessorSupervisor.create(behavior, SupervisionSettings.from(config)), gate);
    }

    private static Work gated(Function<Config, Behavior<SupervisorProtocol.Command>> supervisor, Gate gate) {
        return new Work(Map.of(), supervisor, bound -> {}, bound -> {}, frame -> {}).through(gate);
    }

    /** Frames are done when they have passed the gate. */
    Work through(Gate gate) {
        return held(bound -> gate.awaitReached(), bound -> gate.release()).done(frame -> {
            if (!gate.passed()) {
                throw new AssertionError("told before " + frame + " was done");
            }
        });
    }

    /** Blocking code that is done with a frame when it has passed the gate. */
    static Processor blocking(Gate gate, AckStep reaches) {
        return new Processor() {
            @Override
            public void process(Session session, ByteString frame) throws Exception {
                gate.pass(frame.utf8String());
            }

            @Override
            public AckStep reaches() {
                return reaches;
            }
        };
    }

    /** Blocking code whose commit passes the gate. */
    static Processor committing(Gate gate, AckStep reaches) {
        return new Processor() {
            @Override
            public void process(Session session, ByteString frame) {}

            @Override
            public void commit() throws Exception {
                gate.pass("commit");
            }

            @Override
            public boolean commits() {
                return true;
            }

            @Override
            public AckStep reaches() {
                return reaches;
            }
        };
    }

    /** Code whose stage completes when the gate is opened. */
    static AsyncProcessor asynchronous(Gate gate, AckStep reaches) {
        return new AsyncProcessor() {
            @Override
            public CompletionStage<?> processAll(Session session, Frames frames) {
                return gate.passing(frames.get(0).utf8String());
            }

            @Override
            public AckStep reaches() {
                return reaches;
            }
        };
    }

    /** A behavior that answers a batch when the gate is opened. */
    static Behavior<ProcessorProtocol.Command> behavior(Gate gate, AckStep says) {
        return Behaviors.receive(ProcessorProtocol.Command.class)
                .onMessage(Deliver.class, deliver -> {
                    gate.passing(deliver.frames().get(0).utf8String())
                            .thenRun(() -> deliver.replyTo().tell(new Done(deliver.batch(), says, List.of())));
                    return Behaviors.same();
                })
                .onAnyMessage(message -> Behaviors.same())
                .build();
    }
}

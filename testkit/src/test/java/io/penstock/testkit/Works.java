package io.penstock.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.processor.AsyncProcessor;
import io.penstock.processor.AsyncProcessorFactory;
import io.penstock.processor.Processor;
import io.penstock.processor.ProcessorFactory;
import io.penstock.processor.Processors;
import io.penstock.protocol.AckStep;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.jspecify.annotations.Nullable;

/** The processors of the manual's table: how to make one whose step can be held, and what is claimed of it. */
final class Works implements AutoCloseable {
    static final String CONSOLE = "`console`";
    static final String ECHO = "`echo`";
    static final String DISCARD = "`discard`";
    static final String FILE_BATCH = "`file` with `file.sync=batch`";
    static final String FILE_OFF = "`file` with `file.sync=off`";
    static final String FORWARD_RELP = "`forward` by `relp`";
    static final String FORWARD_OTHER = "`forward` by another protocol";
    static final String BY_NAME = "a class by name";
    static final String PROCESSOR = "a `Processor` of yours";
    static final String COMMITTING = "a `Processor` that `commits`";
    static final String ASYNC = "an `AsyncProcessor` of yours";
    static final String BEHAVIOR = "a `Behavior` of yours";

    static final String ERROR = "error";

    /** Of each row what is claimed at received, processed and stored. */
    static final Map<String, List<String>> CLAIMS = claims();

    /** Whose factory says what it reaches. */
    static final Set<String> OF_A_FACTORY = Set.of(PROCESSOR, COMMITTING, ASYNC);

    /** They are done with a frame when they have it; there is nothing to wait for. */
    private static final Set<String> AT_ONCE = Set.of(CONSOLE, ECHO, DISCARD);

    private static final String RECEIVED = "handed over";
    private static final String REACHES = ", if its factory `reaches` that";

    private final ActorTestKit kit;
    private final Path directory;
    private @Nullable Bound target;

    Works(ActorTestKit kit, Path directory) {
        this.kit = kit;
        this.directory = directory;
    }

    private static Map<String, List<String>> claims() {
        Map<String, List<String>> claims = new LinkedHashMap<>();
        put(claims, CONSOLE, "written to standard output", ERROR);
        put(claims, ECHO, "the reply stands before the answer; with `relp` never told", ERROR);
        put(claims, DISCARD, "nothing", ERROR);
        put(claims, FILE_BATCH, "written and fsynced", "written and fsynced");
        put(claims, FILE_OFF, "written to the operating system", ERROR);
        put(claims, FORWARD_RELP, "acknowledged by the target", "acknowledged by the target");
        put(claims, FORWARD_OTHER, "written to the socket", ERROR);
        put(claims, BY_NAME, "as the next three", ERROR);
        put(claims, PROCESSOR, "`process` has returned", "`process` has returned" + REACHES);
        put(claims, COMMITTING, "`commit` has returned", "`commit` has returned" + REACHES);
        put(claims, ASYNC, "its stage has completed", "its stage has completed" + REACHES);
        put(
                claims,
                BEHAVIOR,
                "it has said `Done`",
                "it has said `Done` with `STORED`; with less, the connection is closed and nothing told");
        return claims;
    }

    private static void put(Map<String, List<String>> claims, String row, String processed, String stored) {
        claims.put(row, List.of(RECEIVED, processed, stored));
    }

    static boolean canBeHeld(String row) {
        return !AT_ONCE.contains(row);
    }

    /** Settings under which a row's cell is an error. */
    static Map<String, Object> refused(String row) {
        return switch (row) {
            case FILE_OFF -> Map.of("processor", "file", "file.path", "/tmp/a.log", "file.sync", "off");
            case FORWARD_OTHER ->
                Map.of("processor", "forward", "forward.targets", List.of("localhost:1"), "forward.protocol", "lines");
            case BY_NAME -> Map.of("processor", "example.Orders");
            default -> Map.of("processor", row.replace("`", ""));
        };
    }

    /** The processor of a row whose step cannot be done before it is released, if it is held. */
    Work of(String row, AckStep step, boolean held) throws Exception {
        Gate gate = held ? new Gate() : Gate.open();
        AckStep reaches = step == AckStep.RECEIVED ? AckStep.PROCESSED : step;
        return switch (row) {
            case CONSOLE, ECHO, DISCARD -> Work.builtIn(refused(row));
            case FILE_BATCH -> file("batch", held);
            case FILE_OFF -> file("off", held);
            case FORWARD_RELP -> forwardByRelp(gate);
            case FORWARD_OTHER -> held ? forwardToNobody() : forwardByLines(gate);
            case BY_NAME -> byName(gate);
            case PROCESSOR -> Work.of(factory(reaches, () -> Work.blocking(gate, reaches)), gate);
            case COMMITTING -> Work.of(factory(reaches, () -> Work.committing(gate, reaches)), gate);
            case ASYNC ->
                Work.of(Processors.async(asyncFactory(reaches, () -> Work.asynchronous(gate, reaches))), gate);
            case BEHAVIOR -> Work.of(Work.behavior(gate, reaches), gate);
            default -> throw new AssertionError("no test for the row " + row);
        };
    }

    /** As in a factory that says what its processors reach. */
    static ProcessorFactory factory(AckStep reaches, Supplier<Processor> processor) {
        return new ProcessorFactory() {
            @Override
            public Processor create() {
                return processor.get();
            }

            @Override
            public AckStep reaches() {
                return reaches;
            }
        };
    }

    private static AsyncProcessorFactory asyncFactory(AckStep reaches, Supplier<AsyncProcessor> processor) {
        return new AsyncProcessorFactory() {
            @Override
            public AsyncProcessor create() {
                return processor.get();
            }

            @Override
            public AckStep reaches() {
                return reaches;
            }
        };
    }

    /** A directory in the place of the file is an outage. */
    private Work file(String sync, boolean held) throws Exception {
        Path base = Files.createTempDirectory(directory, "files");
        Path file = base.resolve("default.log");
        if (held) {
            Files.createDirectory(file);
        }
        return Work.builtIn(Map.of(
                        "processor",
                        "file",
                        "file.path",
                        base.resolve("{listener}.log").toString(),
                        "file.sync",
                        sync,
                        "processor-restart.min-backoff",
                        "10ms"))
                .held(Bound::awaitOutage, bound -> Files.delete(file))
                .done(frame -> assertThat(file).hasContent(frame + "\n"));
    }

    private Work forwardByRelp(Gate gate) {
        Work atTarget = Work.of(factory(AckStep.STORED, () -> Work.blocking(gate, AckStep.STORED)), gate);
        Bound bound =
                Bound.to(kit, Map.of("protocol", "relp", "plaintext", true, "ack", "processed"), atTarget.supervisor());
        target = bound;
        return forward("relp", bound.port())
                .held(atTarget.awaitHeld(), atTarget.release())
                .done(atTarget.done());
    }

    private Work forwardByLines(Gate gate) {
        Work atTarget = Work.of(factory(AckStep.PROCESSED, () -> Work.blocking(gate, AckStep.PROCESSED)), gate);
        Bound bound = Bound.to(kit, Map.of("protocol", "lines", "plaintext", true), atTarget.supervisor());
        target = bound;
        // That the target has it cannot be known when the sender is told, so it is waited for.
        return forward("lines", bound.port())
                .done(frame -> assertThat(gate.awaitReached()).isEqualTo(frame));
    }

    private Work forwardToNobody() throws Exception {
        Work work = forwardByLines(Gate.open());
        close();
        return work.held(Bound::awaitOutage, bound -> {});
    }

    private static Work forward(String protocol, int port) {
        return Work.builtIn(Map.of(
                "processor",
                "forward",
                "forward.targets",
                List.of("127.0.0.1:" + port),
                "forward.protocol",
                protocol,
                "forward.plaintext",
                true,
                "processor-restart.min-backoff",
                "10ms"));
    }

    private static Work byName(Gate gate) {
        GatedByName.next = gate;
        return Work.builtIn(Map.of("processor", GatedByName.class.getName())).through(gate);
    }

    @Override
    public void close() {
        if (target != null) {
            target.close();
            target = null;
        }
    }
}

package io.penstock.server;

import io.penstock.protocol.AckStep;
import io.penstock.protocol.BadFrame;
import io.penstock.protocol.BadFrameAction;
import io.penstock.protocol.ConnectionEvent;
import io.penstock.protocol.ConnectionEvent.Subscriber;
import io.penstock.protocol.ConnectionInfo;
import io.penstock.protocol.FailureAction;
import io.penstock.protocol.Frames;
import io.penstock.protocol.ProcessorProtocol;
import io.penstock.protocol.ProcessorProtocol.Answer;
import io.penstock.protocol.ProcessorProtocol.Deliver;
import io.penstock.protocol.ProcessorProtocol.Done;
import io.penstock.protocol.ProcessorProtocol.Failed;
import io.penstock.protocol.QuarantineProtocol;
import io.penstock.protocol.QuarantineProtocol.NotKept;
import io.penstock.server.ConnectionStage.Control;
import io.penstock.server.ConnectionStage.FramesRead;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.util.ByteString;
import org.jspecify.annotations.Nullable;

/**
 * The frames of one open connection: hands them to its processor, sets bad ones aside, and tells the sender by the
 * receipts of its protocol how far they have come. Belongs to its ConnectionActor.
 *
 * <p>Receipts keep the order of the frames and never run ahead of what they say. So while a failed frame is on its way
 * into quarantine, answers to the frames behind it wait here; the connection's window bounds how many they can be.
 *
 * <p>What ends the connection comes back as the reason why.
 */
final class Deliveries {
    private static final Optional<String> GOES_ON = Optional.empty();

    private final ConnectionInfo info;
    private final Optional<AckStep> ack;
    private final ActorRef<ProcessorProtocol.Command> processor;
    private final ActorRef<Answer> self;
    private final Control control;
    private final Account book;
    private final Subscriber events;
    private final SettingAside aside;
    /** What is to be done once the frames before it are settled. */
    private final ArrayDeque<Turn> held = new ArrayDeque<>(0);

    /** Something about a batch that has to wait for its turn. */
    private record Turn(long batch, Supplier<Optional<String>> action) {}

    /**
     * Of a connection that has just opened.
     *
     * @param ack when the sender is told; empty: never
     * @param self receives the processor's answers
     */
    Deliveries(
            ConnectionInfo info,
            Optional<AckStep> ack,
            ActorRef<ProcessorProtocol.Command> processor,
            ActorRef<Answer> self,
            Control control,
            Account book,
            Subscriber events,
            SettingAside aside) {
        this.info = info;
        this.ack = ack;
        this.processor = processor;
        this.self = self;
        this.control = control;
        this.book = book;
        this.events = events;
        this.aside = aside;
    }

    /** Whether everything that came has been answered, or is in quarantine. */
    boolean settled() {
        return book.allAnswered() && aside.isEmpty();
    }

    /** Hands on what a read brought. */
    Optional<String> deliver(FramesRead read) {
        Frames frames = read.frames();
        Account.Batch batch = null;
        if (!frames.isEmpty()) {
            batch = book.sent(frames, read.receipt());
            events.on(new ConnectionEvent.Framed(info, batch.number, frames.size(), read.bytes()));
            processor.tell(new Deliver(info.id(), batch.number, frames, self));
        }
        Optional<String> end = GOES_ON;
        for (BadFrame bad : read.bad()) {
            note(bad);
            end = end.isPresent() ? end : reject(bad, batch);
        }
        if (batch != null && toldAtOnce()) {
            Account.Batch told = batch;
            return end.isPresent() ? end : inTurn(batch.number, () -> tell(told));
        }
        return end;
    }

    /** Hands nothing on: the connection has been given up. */
    void abandon(FramesRead read) {
        Frames frames = read.frames();
        if (!frames.isEmpty()) {
            book.abandoned(frames);
            events.on(new ConnectionEvent.Abandoned(info, frames.size()));
        }
        read.bad().forEach(this::note);
    }

    private void note(BadFrame bad) {
        book.rejected(bad);
        events.on(new ConnectionEvent.Rejected(info, bad));
    }

    private boolean toldAtOnce() {
        return ack.filter(AckStep.RECEIVED::equals).isPresent();
    }

    private Optional<String> tell(Account.Batch batch) {
        control.write(told(batch, 0, batch.frames));
        return GOES_ON;
    }

    /** @param batch what else the read brought; null: no frames */
    private Optional<String> reject(BadFrame bad, Account.@Nullable Batch batch) {
        if (bad.action() == BadFrameAction.TRUNCATE) {
            return GOES_ON;
        }
        Account.Batch last = batch != null || toldAtOnce() ? batch : book.newest();
        Account.Due due = null;
        if (ack.isPresent() && last != null) {
            due = new Account.Due(last, last == batch ? bad.before() : last.frames);
            last.due.add(due);
        }
        if (bad.action() == BadFrameAction.QUARANTINE) {
            return aside.put(
                    bad, due, ack.isEmpty() ? Long.MAX_VALUE : last != null ? last.number : book.batches() + 1);
        }
        ByteString refusal =
                ack.isEmpty() ? ByteString.emptyByteString() : bad.receipt().refused(0, bad.detail());
        if (due != null) {
            due.receipt = refusal;
            due.batch.bad++;
            return GOES_ON;
        }
        return inTurn(book.batches() + 1, () -> {
            control.answered(1, 0, refusal);
            return GOES_ON;
        });
    }

    /** The processor's answer to a batch. */
    Optional<String> answered(Done done) {
        return inTurn(done.batch(), () -> done(done));
    }

    /** The processor's answer to a batch. */
    Optional<String> answered(Failed failed) {
        return inTurn(failed.batch(), () -> failed(failed));
    }

    private Optional<String> inTurn(long batch, Supplier<Optional<String>> action) {
        if (held.isEmpty() && !aside.holdsUp(batch)) {
            return action.get();
        }
        held.add(new Turn(batch, action));
        return GOES_ON;
    }

    private Optional<String> done(Done done) {
        Account.Batch batch = book.oldest(done.batch());
        if (batch == null) {
            return Optional.of("the processor answered batch " + done.batch() + " out of turn");
        }
        if (owed().filter(step -> done.step().compareTo(step) < 0).isPresent()) {
            return Optional.of("a batch is " + done.step().word() + " by the processor (expected: "
                    + ack.get().word() + ", which is acknowledged)");
        }
        int from = batch.answered;
        book.processed(batch, batch.frames - from);
        events.on(new ConnectionEvent.Processed(info, batch.number, batch.frames - from, done.step(), batch.age()));
        ByteString receipts = owed().isEmpty() ? ByteString.emptyByteString() : told(batch, from, batch.frames);
        return write(batch, done.replies(), receipts);
    }

    private Optional<String> failed(Failed failed) {
        Account.Batch batch = book.oldest(failed.batch());
        int after = failed.frame() + failed.frames();
        if (batch == null || failed.frame() < batch.answered || after > batch.frames) {
            return Optional.of(
                    "the processor failed frame " + failed.frame() + " of batch " + failed.batch() + " out of turn");
        }
        int from = batch.answered;
        book.processed(batch, failed.frame() - from);
        events.on(new ConnectionEvent.ProcessingFailed(
                info,
                batch.number,
                failed.frame(),
                failed.frames(),
                failed.frame() - from,
                failed.reason(),
                failed.action()));
        ByteString receipts = owed().isEmpty() ? ByteString.emptyByteString() : told(batch, from, failed.frame());
        if (failed.action() == FailureAction.QUARANTINE) {
            return write(batch, failed.replies(), receipts)
                    .or(() -> aside.put(batch, failed.frame(), after, failed.reason()));
        }
        book.failed(batch, failed.frames());
        Optional<String> end = write(batch, failed.replies(), receipts.concat(refused(batch, failed)));
        return failed.action() == FailureAction.CLOSE ? Optional.of(failed.reason()) : end;
    }

    /** What the processor says outside of answers. */
    Optional<String> send(List<ByteString> payloads) {
        return write(0, 0, payloads, ByteString.emptyByteString());
    }

    /** The quarantine's answer to the oldest frame that was put there. */
    Optional<String> settle(QuarantineProtocol.Result result) {
        SettingAside.Frame frame = aside.next();
        Account.Batch batch = frame.batch();
        if (result instanceof NotKept notKept) {
            tellIfOwed(batch == null, frame.receipt().refused(frame.index(), notKept.reason()));
            if (batch != null) {
                book.lost(batch);
            }
            return Optional.of("a frame could not be set aside: " + notKept.reason());
        }
        events.on(new ConnectionEvent.Quarantined(info));
        if (batch == null) {
            book.quarantined(frame.size());
            kept(frame);
            return goOn();
        }
        book.quarantined(batch);
        int index = frame.index();
        ByteString receipts = owed().isEmpty() ? ByteString.emptyByteString() : told(batch, index, index + 1);
        return write(batch, List.of(), receipts).or(this::goOn);
    }

    /** A bad frame is in quarantine: the sender is told in its turn. */
    private void kept(SettingAside.Frame frame) {
        ByteString receipt =
                ack.isEmpty() ? ByteString.emptyByteString() : frame.receipt().accepted(0, 1);
        int frames = 1;
        Account.Due due = frame.due();
        if (due != null) {
            due.receipt = receipt;
            // What comes before it may have been told already.
            receipt = book.isNext(due.batch)
                    ? told(due.batch, due.batch.answered, due.batch.answered)
                    : ByteString.emptyByteString();
            if (!due.batch.isAnswered()) {
                due.batch.bad++;
                frames = 0;
            }
        }
        control.answered(frames, frame.size(), receipt);
    }

    private void tellIfOwed(boolean bad, ByteString refusal) {
        if (bad ? ack.isPresent() : owed().isPresent()) {
            control.write(refusal);
        }
    }

    private Optional<String> goOn() {
        Optional<String> end = GOES_ON;
        while (end.isEmpty() && !held.isEmpty() && !aside.holdsUp(held.peek().batch())) {
            end = held.remove().action().get();
        }
        return end;
    }

    /** The step that is still to be told of a frame that the processor answers. */
    private Optional<AckStep> owed() {
        return ack.filter(step -> step != AckStep.RECEIVED);
    }

    /** That frames are taken care of, and what the sender is due of bad frames among them. */
    private static ByteString told(Account.Batch batch, int from, int to) {
        ByteString bytes = ByteString.emptyByteString();
        int next = from;
        for (Account.Due due = batch.due.peek();
                due != null && due.before <= to && due.receipt != null;
                due = batch.due.peek()) {
            bytes = bytes.concat(accepted(batch, next, due.before)).concat(due.receipt);
            next = due.before;
            batch.due.remove();
        }
        return bytes.concat(accepted(batch, next, to));
    }

    private static ByteString accepted(Account.Batch batch, int from, int to) {
        return from >= to ? ByteString.emptyByteString() : batch.receipt.accepted(from, to);
    }

    private ByteString refused(Account.Batch batch, Failed failed) {
        ByteString receipts = ByteString.emptyByteString();
        for (int i = 0; i < failed.frames() && owed().isPresent(); i++) {
            int frame = failed.frame() + i;
            receipts = receipts.concat(batch.receipt.refused(frame, failed.reason()))
                    .concat(told(batch, frame + 1, frame + 1));
        }
        return receipts;
    }

    /** Returns a batch's credit, and that of the bad frames told with it, once all of it is answered, and writes. */
    private Optional<String> write(Account.Batch batch, List<ByteString> replies, ByteString receipts) {
        boolean whole = batch.isAnswered();
        return write(whole ? batch.frames + batch.bad : 0, whole ? batch.pinned : 0, replies, receipts);
    }

    private Optional<String> write(int frames, int pinned, List<ByteString> replies, ByteString receipts) {
        try {
            control.answered(frames, pinned, encode(replies).concat(receipts));
            return GOES_ON;
        } catch (IllegalArgumentException e) {
            // A line feed in a line: it is the processor's.
            return Optional.of(String.valueOf(e.getMessage()));
        } catch (RuntimeException e) {
            return Optional.of("a reply without bytes: " + e);
        }
    }

    private ByteString encode(List<ByteString> payloads) {
        return payloads.isEmpty()
                ? ByteString.emptyByteString()
                : info.protocol().encoder().encode(payloads);
    }
}

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
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.util.ByteString;

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
    private final ArrayDeque<Answer> held = new ArrayDeque<>(0);

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
        if (!frames.isEmpty()) {
            Account.Batch batch = book.sent(frames, read.receipt());
            events.on(new ConnectionEvent.Framed(info, batch.number, frames.size(), read.bytes()));
            processor.tell(new Deliver(info.id(), batch.number, frames, self));
            if (ack.filter(AckStep.RECEIVED::equals).isPresent()) {
                control.write(read.receipt().accepted(0, frames.size()));
            }
        }
        Optional<String> end = GOES_ON;
        for (BadFrame bad : read.bad()) {
            book.rejected();
            events.on(new ConnectionEvent.Rejected(info, bad));
            end = end.or(() -> reject(bad));
        }
        return end;
    }

    private Optional<String> reject(BadFrame bad) {
        if (bad.action() == BadFrameAction.QUARANTINE) {
            return aside.put(bad);
        }
        if (bad.action() != BadFrameAction.TRUNCATE && ack.isPresent()) {
            control.write(bad.receipt().refused(0, bad.detail()));
        }
        return GOES_ON;
    }

    /** The processor's answer to a batch. */
    Optional<String> answered(Answer answer) {
        if (aside.holdsUp()) {
            held.add(answer);
            return GOES_ON;
        }
        return answer instanceof Failed failed ? failed(failed) : done((Done) answer);
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
        return write(batch, done.replies(), accepted(batch, from, batch.frames));
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
        ByteString receipts = accepted(batch, from, failed.frame());
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
        if (result instanceof NotKept notKept) {
            tellIfOwed(frame.batch() == null, frame.receipt().refused(frame.index(), notKept.reason()));
            return Optional.of("a frame could not be set aside: " + notKept.reason());
        }
        ByteString receipt = frame.receipt().accepted(frame.index(), frame.index() + 1);
        Account.Batch batch = frame.batch();
        if (batch == null) {
            control.answered(1, frame.size(), ack.isPresent() ? receipt : ByteString.emptyByteString());
            return GOES_ON;
        }
        book.quarantined(batch);
        return write(batch, List.of(), owed().isPresent() ? receipt : ByteString.emptyByteString())
                .or(this::goOn);
    }

    private void tellIfOwed(boolean bad, ByteString refusal) {
        if (bad ? ack.isPresent() : owed().isPresent()) {
            control.write(refusal);
        }
    }

    private Optional<String> goOn() {
        Optional<String> end = GOES_ON;
        while (!held.isEmpty() && !aside.holdsUp() && end.isEmpty()) {
            end = answered(held.remove());
        }
        return end;
    }

    /** The step that is still to be told of a frame that the processor answers. */
    private Optional<AckStep> owed() {
        return ack.filter(step -> step != AckStep.RECEIVED);
    }

    private ByteString accepted(Account.Batch batch, int from, int to) {
        return owed().isEmpty() || from == to ? ByteString.emptyByteString() : batch.receipt.accepted(from, to);
    }

    private ByteString refused(Account.Batch batch, Failed failed) {
        ByteString receipts = ByteString.emptyByteString();
        for (int i = 0; i < failed.frames() && owed().isPresent(); i++) {
            receipts = receipts.concat(batch.receipt.refused(failed.frame() + i, failed.reason()));
        }
        return receipts;
    }

    /** Returns a batch's credit once all of it is answered, and writes. */
    private Optional<String> write(Account.Batch batch, List<ByteString> replies, ByteString receipts) {
        boolean whole = batch.answered == batch.frames;
        return write(whole ? batch.frames : 0, whole ? batch.pinned : 0, replies, receipts);
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

package io.penstock.processor;

import io.penstock.protocol.AckStep;
import io.penstock.protocol.ConnectionEnd;
import io.penstock.protocol.Frames;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.pekko.util.ByteString;
import org.jspecify.annotations.Nullable;

/**
 * Gives every frame to several processors, one after the other. A frame is done when all have done it, and no further than
 * the one that comes the least far; it has failed when one has failed at it. What is given again after a failure or an
 * outage of one, those before it in the order get a second time.
 */
final class TeeProcessor implements Processor {
    private final List<Branch> branches;
    private final boolean commits;
    private final AckStep reaches;

    /** Asks each branch once what it never changes. */
    TeeProcessor(List<Branch> branches) {
        this.branches = List.copyOf(branches);
        this.commits = branches.stream().anyMatch(Branch::commits);
        this.reaches = branches.stream()
                .map(Branch::reaches)
                .min(Comparator.naturalOrder())
                .orElse(AckStep.PROCESSED);
    }

    /**
     * All or none of the branches.
     *
     * @throws Exception one of them cannot be made; those before it have been closed
     */
    static TeeProcessor make(List<Branch.Plan> plans) throws Exception {
        List<Branch> made = new ArrayList<>();
        try {
            for (Branch.Plan plan : plans) {
                made.add(plan.make());
            }
            return new TeeProcessor(made);
        } catch (Exception e) {
            Exception closing = callAll(made, Processor::close);
            if (closing != null) {
                e.addSuppressed(closing);
            }
            throw e;
        }
    }

    @Override
    public void opened(Session session) throws Exception {
        for (Branch branch : branches) {
            branch.call(processor -> processor.opened(session));
        }
    }

    @Override
    public void process(Session session, ByteString frame) throws Exception {
        processAll(session, Frames.single(frame));
    }

    /**
     * Behind a branch that has failed at a frame the others get the frames before it alone: those have to be done in all of
     * them. Should one of these fail earlier, that is the one to tell; the later one will be met again.
     */
    @Override
    public void processAll(Session session, Frames frames) throws Exception {
        FrameFailedException earliest = null;
        Frames wanted = frames;
        for (Branch branch : branches) {
            FrameFailedException failed = wanted.isEmpty() ? null : branch.process(session, wanted);
            if (failed != null) {
                earliest = failed;
                wanted = Branch.first(frames, failed.frame());
            }
        }
        if (earliest != null) {
            throw earliest;
        }
    }

    @Override
    public void closed(Session session, ConnectionEnd end) throws Exception {
        Exception failure = callAll(branches, processor -> processor.closed(session, end));
        if (failure != null) {
            throw failure;
        }
    }

    @Override
    public void commit() throws Exception {
        for (Branch branch : branches) {
            if (branch.commits()) {
                branch.call(Processor::commit);
            }
        }
    }

    @Override
    public boolean commits() {
        return commits;
    }

    @Override
    public AckStep reaches() {
        return reaches;
    }

    @Override
    public void close() throws IOException {
        Exception failure = callAll(branches, Processor::close);
        if (failure != null) {
            throw new IOException(failure.getMessage(), failure);
        }
    }

    /** Calls every branch, also behind one that throws; the first failure, with the others suppressed. */
    private static @Nullable Exception callAll(List<Branch> branches, Branch.Call call) {
        Exception first = null;
        for (Branch branch : branches) {
            try {
                branch.call(call);
            } catch (Exception e) {
                if (first == null) {
                    first = e;
                } else {
                    first.addSuppressed(e);
                }
            }
        }
        return first;
    }
}

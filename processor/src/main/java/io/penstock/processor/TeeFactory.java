package io.penstock.processor;

import io.penstock.protocol.AckStep;
import java.util.Comparator;
import java.util.List;

/** Makes a {@link TeeProcessor}, and anew all of its branches when one of them has failed. */
record TeeFactory(List<Branch.Plan> branches) implements ProcessorFactory {
    TeeFactory {
        branches = List.copyOf(branches);
    }

    @Override
    public Processor create() throws Exception {
        return TeeProcessor.make(branches);
    }

    @Override
    public AckStep reaches() {
        return branches.stream()
                .map(branch -> branch.factory().reaches())
                .min(Comparator.naturalOrder())
                .orElse(AckStep.PROCESSED);
    }

    @Override
    public boolean blocks() {
        return branches.stream().anyMatch(branch -> branch.factory().blocks());
    }
}

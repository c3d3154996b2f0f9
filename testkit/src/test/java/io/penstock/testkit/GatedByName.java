package io.penstock.testkit;

import io.penstock.processor.Processor;
import io.penstock.processor.Session;
import org.apache.pekko.util.ByteString;

/** A processor that a configuration names. */
public final class GatedByName implements Processor {
    /** Of the one that is made next: a configuration has no way to hand it over. */
    static volatile Gate next = Gate.open();

    private final Gate gate = next;

    /** For its configuration. */
    public GatedByName() {}

    @Override
    public void process(Session session, ByteString frame) throws Exception {
        gate.pass(frame.utf8String());
    }
}

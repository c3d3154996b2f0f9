package suite;

import com.typesafe.config.Config;
import io.penstock.processor.FrameFailedException;
import io.penstock.processor.Processor;
import io.penstock.processor.Processors;
import io.penstock.processor.Session;
import io.penstock.protocol.AckStep;
import io.penstock.protocol.Frames;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.pekko.util.ByteString;

/** Appends to a file, and throws at each message whose number ends in 500, until it is mended. */
public final class Poisoned implements Processor {
    private final Processor file;
    private final boolean mended;

    public Poisoned(Config config) throws Exception {
        this.file = Processors.file(Path.of(config.getString("path"))).create();
        this.mended = config.getBoolean("mended");
    }

    @Override
    public void process(Session session, ByteString frame) throws Exception {
        processAll(session, Frames.single(frame));
    }

    @Override
    public void processAll(Session session, Frames frames) throws Exception {
        List<ByteString> good = new ArrayList<>();
        for (ByteString frame : frames) {
            if (!mended && frame.utf8String().matches("(?s).*message \\d*500 of the suite.*")) {
                if (!good.isEmpty()) {
                    file.processAll(session, Frames.of(good));
                }
                throw new FrameFailedException(good.size(), new IllegalArgumentException("poison"));
            }
            good.add(frame);
        }
        file.processAll(session, frames);
    }

    @Override
    public void commit() throws Exception {
        file.commit();
    }

    @Override
    public boolean commits() {
        return file.commits();
    }

    @Override
    public AckStep reaches() {
        return file.reaches();
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}

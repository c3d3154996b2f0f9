package io.penstock.processor;

import io.penstock.protocol.AckStep;
import io.penstock.protocol.ConnectionEnd;
import io.penstock.protocol.Frames;
import java.io.IOException;
import java.util.concurrent.ExecutionException;
import org.apache.pekko.util.ByteString;

/**
 * Asynchronous processors where a {@link ProcessorFactory} is wanted. {@link ProcessorSupervisor} runs them as they are;
 * where only a blocking one will do, it waits for each batch.
 */
record AsyncFactory(AsyncProcessorFactory factory) implements ProcessorFactory {
    @Override
    public Processor create() throws Exception {
        return new Waiting(factory.create());
    }

    @Override
    public AckStep reaches() {
        return factory.reaches();
    }

    private record Waiting(AsyncProcessor processor) implements Processor {
        @Override
        public void opened(Session session) throws Exception {
            processor.opened(session);
        }

        @Override
        public void process(Session session, ByteString frame) throws Exception {
            processAll(session, Frames.single(frame));
        }

        @Override
        public void processAll(Session session, Frames frames) throws Exception {
            try {
                processor.processAll(session, frames).toCompletableFuture().get();
            } catch (ExecutionException e) {
                throw e.getCause() instanceof Exception cause ? cause : e;
            }
        }

        @Override
        public void closed(Session session, ConnectionEnd end) throws Exception {
            processor.closed(session, end);
        }

        @Override
        public AckStep reaches() {
            return processor.reaches();
        }

        @Override
        public void close() throws IOException {
            processor.close();
        }
    }
}

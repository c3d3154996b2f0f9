package com.acme;

import com.typesafe.config.Config;
import io.penstock.processor.Processor;
import io.penstock.processor.Session;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.apache.pekko.util.ByteString;

/** A user's processor: books every order, then answers it. Knows nothing of where it runs. */
public final class Orders implements Processor {
    private final String answer;
    private final Path book;
    private final boolean mended;

    /**
     * Takes {@code answer}, what every answer begins with, and {@code book}, the file of the orders; perhaps {@code mended},
     * whether it can do with poison.
     */
    public Orders(Config config) {
        answer = config.getString("answer");
        book = Path.of(config.getString("book"));
        mended = config.hasPath("mended") && config.getBoolean("mended");
    }

    @Override
    public void process(Session session, ByteString frame) throws IOException {
        String order = frame.utf8String();
        if (!mended && order.startsWith("poison")) {
            throw new IllegalArgumentException("no such order: " + order);
        }
        Files.writeString(book, order + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        session.send(ByteString.fromString(answer + order));
    }
}

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

    /** Takes {@code answer}, what every answer begins with, and {@code book}, the file of the orders. */
    public Orders(Config config) {
        answer = config.getString("answer");
        book = Path.of(config.getString("book"));
    }

    @Override
    public void process(Session session, ByteString frame) throws IOException {
        String order = frame.utf8String();
        if (order.startsWith("poison")) {
            throw new IllegalArgumentException("no such order: " + order);
        }
        Files.writeString(book, order + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        session.send(ByteString.fromString(answer + order));
    }
}

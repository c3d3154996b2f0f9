package io.penstock.testkit.soak;

import io.penstock.testkit.TlsClient;
import java.util.List;
import java.util.stream.Collectors;

/** Sends lines, and is answered by lines; others come between them. */
final class LineSender implements Sender {
    /** How a line begins that answers nothing. */
    static final String PUSH = "push ";

    private final TlsClient client;
    private final Port port;
    private final Evidence evidence;
    /** By the server. */
    private boolean ended;

    LineSender(TlsClient client, Port port, Evidence evidence) {
        this.client = client;
        this.port = port;
        this.evidence = evidence;
    }

    @Override
    public int exchange(List<Frame> frames) {
        client.send(frames.stream().map(frame -> frame.text() + "\n").collect(Collectors.joining()));
        evidence.sent.add(frames.size());
        for (int i = 0; i < frames.size(); i++) {
            String line = answer();
            if (line.isEmpty()) {
                ended = true;
                return i;
            }
            if (!port.isAnswer(frames.get(i), line)) {
                throw new AssertionError(port + ": " + frames.get(i) + " was answered by " + shortened(line));
            }
            evidence.answered.increment();
        }
        return frames.size();
    }

    private String answer() {
        String line = client.readLine();
        while (line.startsWith(PUSH)) {
            evidence.pushed.increment();
            line = client.readLine();
        }
        return line;
    }

    private static String shortened(String line) {
        return line.length() <= 100 ? line : line.substring(0, 100) + "…";
    }

    @Override
    public void end() {
        if (ended) {
            return;
        }
        client.endStream();
        String rest = answer();
        if (!rest.isEmpty()) {
            throw new AssertionError(port + ": " + shortened(rest) + " came after the last answer");
        }
    }

    @Override
    public int port() {
        return client.port();
    }

    @Override
    public void close() {
        client.close();
    }
}

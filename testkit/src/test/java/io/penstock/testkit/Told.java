package io.penstock.testkit;

import java.util.List;
import java.util.Map;

/** A sender that is told what has become of its frames: what it says, and the words in which it is answered. */
enum Told {
    RELP("relp", "relp", "none"),
    ECHO("lines.reply=echo", "lines", "echo"),
    COUNT("lines.reply=count", "lines", "count"),
    BATCH("lines.reply=batch", "lines", "batch");

    private static final String OFFERS = "relp_version=0\ncommands=syslog";
    private static final int LINES_OF_THE_ANSWER = 4;

    /** As in the manual's table. */
    final String row;

    private final String protocol;
    private final String reply;

    Told(String row, String protocol, String reply) {
        this.row = row;
        this.protocol = protocol;
        this.reply = reply;
    }

    Map<String, Object> settings() {
        return Map.of("protocol", protocol, "lines.reply", reply);
    }

    /** Says what comes before the first frame, and takes the answer. */
    void greet(TlsClient client) {
        if (this == RELP) {
            client.send("1 open " + OFFERS.length() + " " + OFFERS + "\n");
            for (int i = 0; i < LINES_OF_THE_ANSWER; i++) {
                client.readLine();
            }
        }
    }

    /**
     * A frame on the wire.
     *
     * @param number of the frame within its connection, from 1
     */
    String wire(int number, String frame) {
        return this == RELP ? (number + 1) + " syslog " + frame.length() + " " + frame + "\n" : frame + "\n";
    }

    /** The line that says that a frame is taken care of. */
    String accepted(int number, String frame) {
        return switch (this) {
            case RELP -> (number + 1) + " rsp 6 200 OK";
            case ECHO -> frame;
            case COUNT, BATCH -> Integer.toString(number);
        };
    }

    /** The line that says that it is not; nothing where there is none. */
    List<String> refused(int number, String reason) {
        String words = "500 " + reason;
        return switch (this) {
            case RELP -> List.of((number + 1) + " rsp " + words.length() + " " + words);
            case ECHO -> List.of();
            case COUNT, BATCH -> List.of(number + " refused: " + reason);
        };
    }
}

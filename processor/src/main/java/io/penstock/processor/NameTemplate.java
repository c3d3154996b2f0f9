package io.penstock.processor;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One name of a {@link PathTemplate}: text and placeholders. Where a value of any text is followed by another one, the
 * character between them is encoded in the first one: {@code {host}-{app}} is {@code a%2Db-c} for the host {@code a-b}, so
 * that it cannot be confused with the host {@code a} and the application {@code b-c}.
 */
final class NameTemplate {
    /** Of what it resolves to, in bytes: 255 less the room for the suffixes of files set aside. */
    static final int LONGEST = 220;

    private static final Pattern PLACEHOLDER = Pattern.compile("\\{([^{}]*)}");

    private final List<Piece> pieces;
    private final int room;

    private NameTemplate(List<Piece> pieces, int room) {
        this.pieces = pieces;
        this.room = room;
    }

    private interface Piece {
        String of(Origin origin, boolean overflow, String encoded, int room);
    }

    private record Text(String text) implements Piece {
        @Override
        public String of(Origin origin, boolean overflow, String encoded, int room) {
            return text;
        }
    }

    /** @param separator what follows it, where that must not be in it; or empty */
    private record Value(Placeholder placeholder, String separator) implements Piece {
        @Override
        public String of(Origin origin, boolean overflow, String encoded, int room) {
            return overflow && placeholder.isUnbounded()
                    ? SafeName.OVERFLOW
                    : placeholder.of(origin, separator + encoded, room);
        }
    }

    /** @throws IllegalArgumentException its message says what would be accepted */
    static NameTemplate parse(String name) {
        if (name.isEmpty() || name.startsWith(".")) {
            throw new IllegalArgumentException("names that do not begin with a dot, after the first placeholder");
        }
        List<Piece> pieces = new ArrayList<>();
        Matcher placeholder = PLACEHOLDER.matcher(name);
        int end = 0;
        while (placeholder.find()) {
            addText(name.substring(end, placeholder.start()), pieces);
            String word = placeholder.group(1);
            pieces.add(new Value(
                    Placeholder.byWord(word)
                            .orElseThrow(() -> new IllegalArgumentException(
                                    "placeholders " + Placeholder.known() + "; {" + word + "} is none")),
                    ""));
            end = placeholder.end();
        }
        addText(name.substring(end), pieces);
        separate(pieces);
        return new NameTemplate(List.copyOf(pieces), room(pieces));
    }

    private static void addText(String text, List<Piece> pieces) {
        if (!text.isEmpty()) {
            pieces.add(new Text(text));
        }
    }

    private static void separate(List<Piece> pieces) {
        for (int i = 0; i < pieces.size(); i++) {
            if (pieces.get(i) instanceof Value value
                    && value.placeholder().isText()
                    && pieces.subList(i + 1, pieces.size()).stream().anyMatch(NameTemplate::isText)) {
                pieces.set(i, new Value(value.placeholder(), separator(pieces.get(i + 1))));
            }
        }
    }

    private static boolean isText(Piece piece) {
        return piece instanceof Value value && value.placeholder().isText();
    }

    private static String separator(Piece next) {
        if (next instanceof Text text && SafeName.isPlain(text.text().charAt(0))) {
            return text.text().substring(0, 1);
        }
        throw new IllegalArgumentException("a letter, digit, dot, _, @ or - between placeholders of one name");
    }

    /** For each value. */
    private static int room(List<Piece> pieces) {
        int text = 0;
        int values = 0;
        for (Piece piece : pieces) {
            if (piece instanceof Text part) {
                text += part.text().getBytes(StandardCharsets.UTF_8).length;
            } else {
                values++;
            }
        }
        int room = values == 0 ? LONGEST - text + SafeName.LEAST_ROOM : (LONGEST - text) / values;
        if (room < SafeName.LEAST_ROOM) {
            throw new IllegalArgumentException("shorter names, with fewer placeholders in each; there are " + LONGEST
                    + " bytes for one, and each placeholder needs " + SafeName.LEAST_ROOM);
        }
        return room;
    }

    boolean has(Predicate<Placeholder> property) {
        return pieces.stream().anyMatch(piece -> piece instanceof Value value && property.test(value.placeholder()));
    }

    String resolve(Origin origin, boolean overflow) {
        return resolve(origin, overflow, "");
    }

    /** The same, with no dot but those of the template. */
    String resolveWithoutDots(Origin origin, boolean overflow) {
        return resolve(origin, overflow, ".");
    }

    private String resolve(Origin origin, boolean overflow, String encoded) {
        StringBuilder name = new StringBuilder();
        for (Piece piece : pieces) {
            name.append(piece.of(origin, overflow, encoded, room));
        }
        return name.toString();
    }
}

package io.penstock.processor;

import io.penstock.protocol.SyslogMessage;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** What may stand in braces in {@code file.path}. */
enum Placeholder {
    /** Of UTC, such as 2026-11-23. */
    DATE(Kind.OURS),
    /** Of UTC, 00 to 23. */
    HOUR(Kind.OURS),
    /** Such as c12, as in the log. */
    CONNECTION(Kind.OF_CLIENT),
    LISTENER(Kind.OURS),
    /** The address, without its port. */
    PEER(Kind.OF_CLIENT),
    IDENTITY(Kind.OF_CLIENT),
    HOST(Kind.OF_FRAME),
    APP(Kind.OF_FRAME),
    FACILITY(Kind.OF_FRAME),
    SEVERITY(Kind.OF_FRAME);

    private enum Kind {
        OURS,
        OF_CLIENT,
        OF_FRAME
    }

    /** RFC 5424 section 6.2.1, by the words that syslog daemons use. */
    private static final List<String> FACILITIES = List.of(
            "kern",
            "user",
            "mail",
            "daemon",
            "auth",
            "syslog",
            "lpr",
            "news",
            "uucp",
            "cron",
            "authpriv",
            "ftp",
            "ntp",
            "audit",
            "alert",
            "clock",
            "local0",
            "local1",
            "local2",
            "local3",
            "local4",
            "local5",
            "local6",
            "local7");

    private static final List<String> SEVERITIES =
            List.of("emerg", "alert", "crit", "err", "warning", "notice", "info", "debug");

    private static final DateTimeFormatter HOUR_OF_DAY = DateTimeFormatter.ofPattern("HH");

    private final Kind kind;

    Placeholder(Kind kind) {
        this.kind = kind;
    }

    /** By the word between the braces. */
    static Optional<Placeholder> byWord(String word) {
        return Arrays.stream(values())
                .filter(placeholder -> placeholder.word().equals(word))
                .findFirst();
    }

    /** All of them: {@code {date}, {hour}, …}. */
    static String known() {
        return Arrays.stream(values())
                .map(placeholder -> "{" + placeholder.word() + "}")
                .collect(Collectors.joining(", "));
    }

    String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether frames of one connection may differ in it. */
    boolean isOfFrame() {
        return kind == Kind.OF_FRAME;
    }

    /** Whether clients decide how many values there are. */
    boolean isUnbounded() {
        return kind != Kind.OURS && this != FACILITY && this != SEVERITY;
    }

    /** Whether its values are any text. */
    boolean isText() {
        return this == LISTENER || (isUnbounded() && this != CONNECTION);
    }

    /** A part of a file's name; the parameters are those of {@link SafeName#of(byte[], String, int)}. */
    String of(Origin origin, String encoded, int room) {
        Optional<String> text = value(origin);
        if (text.isEmpty()) {
            return this == IDENTITY ? SafeName.ANONYMOUS : SafeName.UNKNOWN;
        }
        // The header's characters are the frame's bytes.
        return SafeName.of(
                text.get().getBytes(isOfFrame() ? StandardCharsets.ISO_8859_1 : StandardCharsets.UTF_8), encoded, room);
    }

    private Optional<String> value(Origin origin) {
        return switch (this) {
            case DATE -> Optional.of(DateTimeFormatter.ISO_LOCAL_DATE.format(utc(origin)));
            case HOUR -> Optional.of(HOUR_OF_DAY.format(utc(origin)));
            case CONNECTION -> Optional.of("c" + origin.connection().id());
            case LISTENER -> Optional.of(origin.connection().listener());
            case PEER -> Optional.of(address(origin.connection().peer()));
            case IDENTITY -> PeerIdentity.of(origin.connection());
            case HOST -> origin.header().flatMap(SyslogMessage::hostname);
            case APP -> origin.header().flatMap(SyslogMessage::appName);
            case FACILITY -> origin.header().map(header -> FACILITIES.get(header.facility()));
            case SEVERITY -> origin.header().map(header -> SEVERITIES.get(header.severity()));
        };
    }

    private static OffsetDateTime utc(Origin origin) {
        return origin.time().atOffset(ZoneOffset.UTC);
    }

    private static String address(InetSocketAddress peer) {
        return peer.getAddress() == null
                ? peer.getHostString()
                : peer.getAddress().getHostAddress();
    }
}

package io.penstock.protocol;

import com.typesafe.config.Config;
import java.io.IOException;

/**
 * How connections' bytes are cut into frames, and how many may be on their way.
 *
 * @param protocol the codec
 * @param limits what one frame may cost
 * @param windowFrames frames of one connection that may be unanswered before its socket is not read any more
 * @param windowBytes memory that they may pin, in bytes; one read beyond it is possible
 */
public record FramingSettings(Protocol protocol, FrameLimits limits, int windowFrames, int windowBytes) {
    /** Reads this module's keys; problems are left in the reader. */
    public static FramingSettings read(SettingsReader reader) {
        return new FramingSettings(
                protocol(reader),
                new FrameLimits((int) reader.bytes("max-frame-size", 1, 1 << 30), onBadFrame(reader)),
                reader.integer("window.frames", 1, Integer.MAX_VALUE),
                (int) reader.bytes("window.bytes", 1, 1 << 30));
    }

    private static BadFrameAction onBadFrame(SettingsReader reader) {
        return reader.choice("on-bad-frame", BadFrameAction.class);
    }

    private static Protocol protocol(SettingsReader reader) {
        String name = reader.text("protocol");
        Config ofUser = reader.open("protocol-config");
        LinesReply reply = reader.choice("lines.reply", LinesReply.class);
        if (UserClass.isName(name)) {
            return UserClass.find("protocol", name, ofUser, reader, Protocol.class)
                    .map(found -> create(found, reader))
                    .orElse(Protocols.RAW);
        }
        if (name.equals(Protocols.LINES.name())) {
            return Protocols.lines(reply);
        }
        return Protocols.byName(name).orElseGet(() -> {
            String expected = String.join("|", Protocols.names()) + ", or the full name of a class";
            reader.problem("protocol", expected);
            return Protocols.RAW;
        });
    }

    private static Protocol create(UserClass found, SettingsReader reader) {
        try {
            return found.make(Protocol.class);
        } catch (IOException e) {
            reader.problem(String.valueOf(e.getMessage()));
            return Protocols.RAW;
        }
    }
}

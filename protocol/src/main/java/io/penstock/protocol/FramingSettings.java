package io.penstock.protocol;

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
        return Protocols.byName(name).orElseGet(() -> {
            reader.problem("protocol", String.join("|", Protocols.names()));
            return Protocols.RAW;
        });
    }
}

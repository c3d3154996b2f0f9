package io.penstock.processor;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.io.CharacterEscapes;
import com.fasterxml.jackson.core.io.SerializedString;
import io.penstock.protocol.ConnectionInfo;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import org.apache.pekko.util.ByteString;
import org.jspecify.annotations.Nullable;

/**
 * A frame as one line of JSON (RFC 8259). What {@link Escaper} hides from terminals is escaped here, too, so that a line
 * is safe to show; and so are characters beyond U+FFFF.
 *
 * <pre>
 *   time            RFC 3339, UTC, milliseconds: when the processor was given the frame
 *   listener        its name
 *   connection      such as c12, as in the log
 *   peer            address and port
 *   identity        of the client's certificate; absent without one
 *   protocol        such as lines
 *   payload         the frame, where it is UTF-8; or else
 *   payload_base64  RFC 4648 section 4
 * </pre>
 */
final class JsonEnvelope {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);
    private static final JsonFactory FACTORY =
            new JsonFactoryBuilder().characterEscapes(new Hidden()).build();

    private JsonEnvelope() {}

    /** Appends the line to {@code out}, without its end. */
    static void write(ConnectionInfo connection, Instant time, ByteString payload, ByteArrayOutputStream out) {
        try (JsonGenerator json = FACTORY.createGenerator(out)) {
            json.writeStartObject();
            json.writeStringField("time", TIME.format(time));
            json.writeStringField("listener", connection.listener());
            json.writeStringField("connection", "c" + connection.id());
            json.writeStringField("peer", ConnectionInfo.address(connection.peer()));
            Optional<String> identity = PeerIdentity.of(connection);
            if (identity.isPresent()) {
                json.writeStringField("identity", identity.get());
            }
            json.writeStringField("protocol", connection.protocol().name());
            writePayload(payload, json);
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("memory cannot fail", e);
        }
    }

    private static void writePayload(ByteString payload, JsonGenerator json) throws IOException {
        String text = text(payload);
        if (text == null) {
            json.writeBinaryField("payload_base64", payload.toArrayUnsafe());
        } else {
            json.writeStringField("payload", text);
        }
    }

    /** Null where the bytes are not UTF-8. */
    private static @Nullable String text(ByteString payload) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(payload.asByteBuffer())
                    .toString();
        } catch (CharacterCodingException e) {
            return null;
        }
    }

    /** Jackson asks for each UTF-16 unit: a surrogate has no meaning alone, so all of them are escaped. */
    private static final class Hidden extends CharacterEscapes {
        private static final long serialVersionUID = 1L;
        private static final int DEL = 0x7f;

        private final int[] ascii = standardAsciiEscapesForJSON();

        Hidden() {
            ascii[DEL] = ESCAPE_STANDARD;
        }

        @Override
        public int[] getEscapeCodesForAscii() {
            return ascii;
        }

        @Override
        public @Nullable SerializableString getEscapeSequence(int unit) {
            return Character.isSurrogate((char) unit) || Escaper.isHidden(unit)
                    ? new SerializedString(String.format("\\u%04x", unit))
                    : null;
        }
    }
}

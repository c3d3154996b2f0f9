package io.penstock.processor;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import io.penstock.protocol.ClientIdentity;
import io.penstock.protocol.TlsSession;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The first line of an entry's file: a JSON object in printable ASCII, so that also {@code head -1} on a terminal is
 * harmless, and LF.
 *
 * <pre>
 *   {"version":1,"id":"…","time":"2026-11-23T07:53:12.123456Z","listener":"default","connection":12,
 *    "peer":"192.0.2.7:51234","local":"192.0.2.1:8000","protocol":"lines",
 *    "tls":{"version":"TLSv1.3","cipher":"…","serverName":"…","alpn":"…",
 *           "client":{"subject":"CN=pump-7","issuer":"…","serial":"…","fingerprint":"…","dns":[],"uri":[],"email":[]}},
 *    "reason":"processor-failed","detail":"…","size":5,"frameSize":5,"cut":false,"payload":true,
 *    "attempts":0,"note":""}
 * </pre>
 *
 * Unknown members are passed over: a later version may have added them.
 */
final class EntryHeader {
    private static final int VERSION = 1;
    private static final int LAST_PRINTABLE = '~';

    /** A line that this process wrote, or somebody has tampered with: nothing in it is deep. */
    private static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(
                    StreamReadConstraints.builder().maxNestingDepth(8).build())
            .build();

    private EntryHeader() {}

    /** The line with its LF. */
    static byte[] write(QuarantineEntry entry) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(text)) {
            json.setHighestNonEscapedChar(LAST_PRINTABLE);
            write(entry, json);
        } catch (IOException e) {
            throw new UncheckedIOException("a header in memory", e);
        }
        return text.append('\n').toString().getBytes(StandardCharsets.US_ASCII);
    }

    private static void write(QuarantineEntry entry, JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeNumberField("version", VERSION);
        json.writeStringField("id", entry.id());
        json.writeStringField("time", entry.time().toString());
        json.writeStringField("listener", entry.listener());
        json.writeNumberField("connection", entry.connection());
        json.writeStringField("peer", entry.peer());
        json.writeStringField("local", entry.local());
        json.writeStringField("protocol", entry.protocol());
        if (entry.tls() != null) {
            json.writeFieldName("tls");
            write(entry.tls(), json);
        }
        json.writeStringField("reason", entry.reason());
        json.writeStringField("detail", entry.detail());
        json.writeNumberField("size", entry.size());
        json.writeNumberField("frameSize", entry.frameSize());
        json.writeBooleanField("cut", entry.isCut());
        json.writeBooleanField("payload", entry.payloadKept());
        json.writeNumberField("attempts", entry.attempts());
        json.writeStringField("note", entry.note());
        json.writeEndObject();
    }

    private static void write(TlsSession tls, JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeStringField("version", tls.version());
        json.writeStringField("cipher", tls.cipher());
        if (tls.serverName() != null) {
            json.writeStringField("serverName", tls.serverName());
        }
        if (tls.alpn() != null) {
            json.writeStringField("alpn", tls.alpn());
        }
        if (tls.client() != null) {
            json.writeFieldName("client");
            write(tls.client(), json);
        }
        json.writeEndObject();
    }

    private static void write(ClientIdentity client, JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeStringField("subject", client.subject());
        json.writeStringField("issuer", client.issuer());
        json.writeStringField("serial", client.serial());
        json.writeStringField("fingerprint", client.fingerprint());
        write("dns", client.dnsNames(), json);
        write("uri", client.uris(), json);
        write("email", client.emails(), json);
        json.writeEndObject();
    }

    private static void write(String name, List<String> texts, JsonGenerator json) throws IOException {
        json.writeArrayFieldStart(name);
        for (String text : texts) {
            json.writeString(text);
        }
        json.writeEndArray();
    }

    /**
     * Reads a line.
     *
     * @param line with or without its LF
     * @throws IOException it is not one that {@link #write} makes
     */
    static QuarantineEntry read(byte[] line) throws IOException {
        try (JsonParser json = JSON.createParser(line)) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                throw new IOException("its first line is not a JSON object");
            }
            return entry(new Members(object(json)));
        } catch (DateTimeException | ClassCastException e) {
            throw new IOException("its first line has a member of the wrong type", e);
        }
    }

    private static QuarantineEntry entry(Members members) throws IOException {
        if (members.number("version") != VERSION) {
            throw new IOException("it is of a version that this one does not know");
        }
        return new QuarantineEntry(
                members.text("id"),
                Instant.parse(members.text("time")),
                members.text("listener"),
                members.number("connection"),
                members.text("peer"),
                members.text("local"),
                members.text("protocol"),
                members.has("tls") ? tls(members.part("tls")) : null,
                members.text("reason"),
                members.text("detail"),
                members.number("size"),
                frameSize(members),
                members.flag("payload"),
                (int) members.number("attempts"),
                members.text("note"));
    }

    /** Headers did not always say it; of a frame that was too long there was more, nobody knows how much. */
    private static long frameSize(Members members) throws IOException {
        if (members.has("frameSize")) {
            return members.number("frameSize");
        }
        long size = members.number("size");
        return members.text("reason").equals(QuarantineEntry.TOO_LONG) ? size + 1 : size;
    }

    private static TlsSession tls(Members members) throws IOException {
        return new TlsSession(
                members.text("version"),
                members.text("cipher"),
                members.has("client") ? client(members.part("client")) : null,
                members.textOrNull("serverName"),
                members.textOrNull("alpn"));
    }

    private static ClientIdentity client(Members members) throws IOException {
        return new ClientIdentity(
                members.text("subject"),
                members.text("issuer"),
                members.text("serial"),
                members.text("fingerprint"),
                members.texts("dns"),
                members.texts("uri"),
                members.texts("email"),
                List.of());
    }

    private static Map<String, Object> object(JsonParser json) throws IOException {
        Map<String, Object> members = new HashMap<>();
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String name = json.currentName();
            json.nextToken();
            members.put(name, value(json));
        }
        return members;
    }

    private static Object value(JsonParser json) throws IOException {
        return switch (json.currentToken()) {
            case START_OBJECT -> object(json);
            case START_ARRAY -> array(json);
            case VALUE_NUMBER_INT -> json.getLongValue();
            case VALUE_TRUE, VALUE_FALSE -> json.getBooleanValue();
            default -> String.valueOf(json.getText());
        };
    }

    private static List<Object> array(JsonParser json) throws IOException {
        List<Object> values = new ArrayList<>();
        while (json.nextToken() != JsonToken.END_ARRAY) {
            values.add(value(json));
        }
        return values;
    }

    /** An object whose members have to be there, and of their type: a cast that fails is the file's fault. */
    private record Members(Map<String, Object> values) {
        boolean has(String name) {
            return values.containsKey(name);
        }

        private Object get(String name) throws IOException {
            Object value = values.get(name);
            if (value == null) {
                throw new IOException("its first line has no member " + name);
            }
            return value;
        }

        String text(String name) throws IOException {
            return (String) get(name);
        }

        @Nullable
        String textOrNull(String name) {
            return (String) values.get(name);
        }

        long number(String name) throws IOException {
            return (Long) get(name);
        }

        boolean flag(String name) throws IOException {
            return (Boolean) get(name);
        }

        List<String> texts(String name) throws IOException {
            return ((List<?>) get(name)).stream().map(String.class::cast).toList();
        }

        @SuppressWarnings("unchecked") // Objects are made by object() alone.
        Members part(String name) throws IOException {
            return new Members((Map<String, Object>) get(name));
        }
    }
}

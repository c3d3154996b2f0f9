package io.penstock.server.tls;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.server.tls.Greeting.Foreign;
import io.penstock.server.tls.Greeting.Hello;
import io.penstock.server.tls.Greeting.Incomplete;
import io.penstock.server.tls.Greeting.Unreadable;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GreetingReaderTest {
    /** As much of a ClientHello as anybody has to send: random, no session, one suite, no compression. */
    private static byte[] body(String extensions) {
        String rest = "20".repeat(32) + "00" + "0002c02f" + "0100";
        byte[] more = HexFormat.of().parseHex(extensions);
        return HexFormat.of()
                .parseHex("0303" + rest + (more.length == 0 ? "" : String.format("%04x", more.length) + extensions));
    }

    private static byte[] message(byte[] body) {
        return ByteBuffer.allocate(4 + body.length)
                .putInt(0x01000000 | body.length)
                .put(body)
                .array();
    }

    private static byte[] records(byte[] message, int size) {
        ByteArrayOutputStream records = new ByteArrayOutputStream();
        for (int at = 0; at < message.length; at += size) {
            byte[] part = Arrays.copyOfRange(message, at, Math.min(message.length, at + size));
            records.writeBytes(new byte[] {22, 3, 1, (byte) (part.length >> 8), (byte) part.length});
            records.writeBytes(part);
        }
        return records.toByteArray();
    }

    /** The answer to the piece that decides, and how many bytes that took. */
    private record Read(Greeting greeting, int bytes, GreetingReader reader) {}

    private static Read read(byte[] bytes, int piece) {
        GreetingReader reader = new GreetingReader();
        Greeting greeting = new Incomplete();
        int at = 0;
        while (at < bytes.length && greeting instanceof Incomplete) {
            int end = Math.min(bytes.length, at + piece);
            greeting = reader.read(ByteString.fromArray(Arrays.copyOfRange(bytes, at, end)));
            at = end;
        }
        return new Read(greeting, at, reader);
    }

    private static TlsFault fault(Greeting greeting) {
        assertThat(greeting).isInstanceOf(Foreign.class);
        return ((Foreign) greeting).refusal().fault();
    }

    @ParameterizedTest
    @CsvSource({
        "'GET / HTTP/1.1', HTTP_REQUEST, 4",
        "'OPTIONS * HTTP/1.1', HTTP_REQUEST, 8",
        "'PRI * HTTP/2.0', HTTP_REQUEST, 4",
        "'PROXY TCP4 192.0.2.1', PROXY_HEADER, 6",
        "'\r\n\r\n\0\r\nQUIT\n!\u0011', PROXY_HEADER, 12",
        "'SSH-2.0-OpenSSH_9.2', SSH_CLIENT, 4",
        "'EHLO mail.example', PLAINTEXT, 5",
        "'<34>1 2026-11-23T05:00:00Z host', PLAINTEXT, 2",
        "'<3', PLAINTEXT, 2",
        "'hello', PLAINTEXT, 1",
        "'PROXIMA', PLAINTEXT, 5",
        "'\n', PLAINTEXT, 1",
        "'\u0000\u0000\u0000\u0008', NOT_TLS, 1",
        "'\u0017\u0003\u0003', NOT_TLS, 1",
        "'\u0080.\u0001\u0000\u0002', SSL2_HELLO, 5",
        "'\u0080.\u0001\u0003\u0001', SSL2_HELLO, 5",
        "'\u0080.\u0004', NOT_TLS, 3",
        "'\u00ff\u0000\u0001\u0007\u0007', NOT_TLS, 5",
    })
    void namesWhatIsNoTlsAsSoonAsItCanAndAlikeForAnySplit(String first, TlsFault expected, int needed) {
        byte[] bytes = first.getBytes(ISO_8859_1);
        for (int piece = 1; piece <= bytes.length; piece++) {
            assertThat(fault(read(bytes, piece).greeting()))
                    .as("in pieces of " + piece)
                    .isEqualTo(expected);
        }
        assertThat(read(bytes, 1).bytes()).isEqualTo(needed);
    }

    @Test
    void readsAHelloInAnySplitAndAnyRecords() {
        byte[] message = message(body("0000000e000c0000096c6f63616c686f7374" + "000a00040002001d"));
        for (int size : new int[] {1, 3, 20, 1000}) {
            byte[] records = records(message, size);
            for (int piece = 1; piece <= records.length; piece++) {
                Read read = read(records, piece);
                assertThat(read.greeting()).isInstanceOfSatisfying(Hello.class, hello -> {
                    assertThat(hello.hello().serverName()).contains("localhost");
                    assertThat(hello.hello().ciphers()).containsExactly(0xc02f);
                    assertThat(hello.hello().groups()).containsExactly(29);
                });
                assertThat(read.reader().received().toArray()).isEqualTo(Arrays.copyOf(records, read.bytes()));
            }
        }
    }

    @Test
    void keepsWhatCameAfterTheHello() {
        byte[] hello = records(message(body("")), 1000);
        byte[] more = Arrays.copyOf(hello, hello.length + 7);
        Read read = read(more, more.length);
        assertThat(read.greeting()).isInstanceOf(Hello.class);
        assertThat(read.reader().received().toArray()).isEqualTo(more);
    }

    @ParameterizedTest
    @CsvSource({"0300, SSL3_ONLY", "0301, OLD_VERSION", "0302, OLD_VERSION"})
    void refusesAVersionThatIsTooOld(String version, TlsFault expected) {
        byte[] body = body("");
        body[1] = HexFormat.of().parseHex(version)[1];
        assertThat(fault(read(records(message(body), 1000), 7).greeting())).isEqualTo(expected);
    }

    @Test
    void goesBySupportedVersionsAndOverlooksGrease() {
        assertThat(fault(read(records(message(body("002b0005047a7a0302")), 1000), 1000)
                        .greeting()))
                .isEqualTo(TlsFault.OLD_VERSION);
        assertThat(read(records(message(body("002b0005047a7a0304")), 1000), 1000)
                        .greeting())
                .isInstanceOf(Hello.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "15030100020100", // an alert
                "1603010000", // an empty record
                "1603010004020000", // a ServerHello
                "160301000401020000", // longer than anybody's
                "1603010001011703030001", // something else in between
            })
    void leavesToTheEngineWhatItCannotRead(String hex) {
        byte[] bytes = HexFormat.of().parseHex(hex);
        assertThat(read(bytes, 1).greeting()).isInstanceOfAny(Unreadable.class, Incomplete.class);
        byte[] all = Arrays.copyOf(bytes, bytes.length + 8);
        assertThat(read(all, 1).greeting()).isInstanceOf(Unreadable.class);
    }

    @Test
    void leavesAHelloWithWrongLengthsToTheEngine() {
        byte[] hello = records(message(body("000a00040002001d")), 1000);
        Random random = new Random(3);
        for (int round = 0; round < 2_000; round++) {
            byte[] broken = hello.clone();
            broken[5 + random.nextInt(hello.length - 5)] = (byte) random.nextInt();
            assertThat(read(broken, 50).greeting()).isNotNull();
        }
        hello[5 + 4 + 2 + 32] = 77; // the session id's length
        assertThat(read(hello, 10).greeting()).isInstanceOf(Unreadable.class);
    }

    @Test
    void keepsNoMoreOfAnEndlessHelloThanItMay() {
        byte[] endless = records(message(new byte[65_000]), 1); // six bytes for each of the message
        GreetingReader reader = new GreetingReader();
        int at = 0;
        Greeting greeting = new Incomplete();
        while (greeting instanceof Incomplete) {
            greeting = reader.read(ByteString.fromArray(endless, at++, 1));
        }
        assertThat(greeting).isInstanceOf(Unreadable.class);
        assertThat(reader.received().size()).isEqualTo(GreetingReader.MAX_RECEIVED + 1);
    }
}

package io.penstock.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SyslogProtocolTest {
    private static Decoding syslog() {
        return new Decoding(Protocols.SYSLOG, 1000, BadFrameAction.CLOSE);
    }

    @Test
    void findsOutPerConnectionHowMessagesAreFramed() {
        assertThat(syslog().feed("", "<", "34>one\n<34>two\r\n<34>three").end().frames)
                .containsExactly("<34>one", "<34>two", "<34>three");
        assertThat(syslog().feed("7 <3", "4>one8 <34>t\no\n").frames).containsExactly("<34>one", "<34>t\no");
    }

    @Test
    void refusesWhatIsNeither() {
        assertThat(syslog().feed("hello\n").bad.get(0).detail()).isEqualTo("byte 0x68 in a length (expected: a digit)");
    }

    @Nested
    class Header {
        private static SyslogMessage parse(String text) {
            return SyslogMessage.parse(Decoding.bytes(text)).orElseThrow();
        }

        @Test
        void ofRfc5424() {
            SyslogMessage message = parse(
                    "<165>1 2003-10-11T22:14:15.003Z mymachine.example.com evntslog 12 ID47"
                            + " [exampleSDID@32473 iut=\"3\" eventSource=\"App \\\"x\\\" \\]\"][b@1] \u00ef\u00bb\u00bfAn event");
            assertThat(message.facility()).isEqualTo(20);
            assertThat(message.severity()).isEqualTo(5);
            assertThat(message.version()).isEqualTo(1);
            assertThat(message.time()).contains(Instant.parse("2003-10-11T22:14:15.003Z"));
            assertThat(message.hostname()).contains("mymachine.example.com");
            assertThat(message.appName()).contains("evntslog");
            assertThat(message.procId()).contains("12");
            assertThat(message.msgId()).contains("ID47");
            assertThat(message.structuredData())
                    .isEqualTo(Map.of(
                            "exampleSDID@32473", Map.of("iut", "3", "eventSource", "App \"x\" ]"), "b@1", Map.of()));
            assertThat(message.message().utf8String()).isEqualTo("An event");
        }

        @Test
        void withNothingButDashes() {
            SyslogMessage message = parse("<0>1 - - - - - -");
            assertThat(message.timestamp()).isEmpty();
            assertThat(message.hostname()).isEmpty();
            assertThat(message.structuredData()).isEmpty();
            assertThat(message.message().isEmpty()).isTrue();
        }

        @Test
        void ofRfc3164() {
            SyslogMessage message = parse("<34>Oct 11 22:14:15 mymachine su[77]: 'su root' failed");
            assertThat(message.version()).isZero();
            assertThat(message.timestamp()).contains("Oct 11 22:14:15");
            assertThat(message.hostname()).contains("mymachine");
            assertThat(message.appName()).contains("su");
            assertThat(message.procId()).contains("77");
            assertThat(message.time()).isEmpty();
            assertThat(message.message().utf8String()).isEqualTo("'su root' failed");
        }

        @Test
        void isAllMessageWhereItKeepsToNoRules() {
            SyslogMessage message = parse("<13>anything at all");
            assertThat(message.hostname()).isEmpty();
            assertThat(message.message().utf8String()).isEqualTo("anything at all");
        }

        @ParameterizedTest
        @ValueSource(strings = {"", "x", "<192>x", "<034>x", "<>x", "<-1>x", "<1x"})
        void needsAPriority(String text) {
            assertThat(SyslogMessage.parse(Decoding.bytes(text))).isEmpty();
        }

        @Test
        void readsHostileOnesInTimeThatGrowsWithTheirLength() {
            parse("<1>1 - - - - - [a b=\"" + "\\\"x".repeat(20_000));
            parse("<1>1 - - - - - " + "[a b=\"c\"".repeat(20_000));
        }
    }
}

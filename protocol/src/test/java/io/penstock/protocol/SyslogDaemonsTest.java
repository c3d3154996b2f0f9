package io.penstock.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The bytes that syslog daemons of Debian 12 sent over TCP: rsyslog 8.2302.0 with the template
 * RSYSLOG_SyslogProtocol23Format, syslog-ng 3.38.1 with its drivers {@code syslog} and {@code network}. A character stands for a byte.
 */
class SyslogDaemonsTest {
    private static final String RSYSLOG = "<133>1 2026-11-23T09:27:16.478071+00:00 vm suite - - - ";
    private static final String SYSLOG_NG = "<13>1 2026-11-23T09:27:25+00:00 vm - - - [meta sequenceId=\"%d\"] ";
    private static final String OLD = "<13>Nov 23 09:27:31 vm ";
    private static final String SECOND = "second, with \u00c3\u00bcn\u00c3\u00afcode";

    private enum Sent {
        RSYSLOG_OCTET_COUNTED(
                "69 " + RSYSLOG + "first message\n78 " + RSYSLOG + SECOND + "\n",
                RSYSLOG + "first message",
                RSYSLOG + SECOND),
        RSYSLOG_TRADITIONAL(
                RSYSLOG + "first message\n" + RSYSLOG + SECOND + "\n", RSYSLOG + "first message", RSYSLOG + SECOND),
        SYSLOG_NG_OCTET_COUNTED(
                "77 " + SYSLOG_NG.formatted(1) + "first message\n86 " + SYSLOG_NG.formatted(2) + SECOND + "\n",
                SYSLOG_NG.formatted(1) + "first message",
                SYSLOG_NG.formatted(2) + SECOND),
        SYSLOG_NG_TRADITIONAL(OLD + "first message\n" + OLD + SECOND + "\n", OLD + "first message", OLD + SECOND);

        private final String bytes;
        private final String first;
        private final String second;

        Sent(String bytes, String first, String second) {
            this.bytes = bytes;
            this.first = first;
            this.second = second;
        }
    }

    @ParameterizedTest
    @EnumSource
    void areMessagesWithoutTheLineFeedThatEndsThem(Sent sent) {
        Decoding whole = new Decoding(Protocols.SYSLOG, 1000, BadFrameAction.CLOSE);
        whole.feed(sent.bytes);
        assertThat(whole.bad).isEmpty();
        assertThat(whole.frames).containsExactly(sent.first, sent.second);
        Decoding split = new Decoding(Protocols.SYSLOG, 1000, BadFrameAction.CLOSE);
        split.feed(sent.bytes.split("(?<=.)"));
        assertThat(split.frames).containsExactly(sent.first, sent.second);
    }
}

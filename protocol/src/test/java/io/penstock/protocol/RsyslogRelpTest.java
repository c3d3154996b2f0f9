package io.penstock.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/**
 * The bytes that rsyslog sent: version 8.2302.0 of Debian 12 with librelp 1.11.0, template
 * RSYSLOG_SyslogProtocol23Format, recorded by a socket that answered as ours does.
 */
class RsyslogRelpTest {
    private static final String OPEN =
            "1 open 86 relp_version=0\nrelp_software=librelp,1.11.0,http://librelp.adiscon.com\ncommands=syslog\n";
    private static final String FIRST = "<133>1 2026-11-23T08:22:48.526171+00:00 vm t - - - message 1\n";
    private static final String SECOND = "<133>1 2026-11-23T08:22:49.535340+00:00 vm t - - - message 2\n";

    private final Decoding relp = new Decoding(Protocols.RELP, 1000, BadFrameAction.CLOSE);

    @Test
    void aSessionFromOpenToClose() {
        relp.feed(OPEN, "2 syslog 61 " + FIRST + "\n", "3 syslog 61 " + SECOND + "\n", "4 close 0\n");
        assertThat(relp.bad).isEmpty();
        assertThat(relp.frames).containsExactly(FIRST.stripTrailing(), SECOND.stripTrailing());
        // What rsyslog was sent when that was recorded, and with which it was content.
        assertThat(relp.sent)
                .containsExactly(
                        "1 rsp 60 200 OK\nrelp_version=0\nrelp_software=penstock\ncommands=syslog\n",
                        "2 rsp 6 200 OK\n",
                        "3 rsp 6 200 OK\n",
                        "4 rsp 0\n0 serverclose 0\n");
    }

    @Test
    void messagesThatItSendsWithoutWaiting() {
        relp.feed(OPEN, "2 syslog 61 " + FIRST + "\n3 syslog 61 " + SECOND + "\n");
        assertThat(relp.frames).containsExactly(FIRST.stripTrailing(), SECOND.stripTrailing());
    }

    @Test
    void theHeaderOfAMessage() {
        SyslogMessage message = SyslogMessage.parse(Decoding.bytes(FIRST)).orElseThrow();
        assertThat(message.appName()).contains("t");
        assertThat(message.hostname()).contains("vm");
        assertThat(message.message().utf8String()).isEqualTo("message 1\n");
    }
}

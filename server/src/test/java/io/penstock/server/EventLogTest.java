package io.penstock.server;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.penstock.protocol.AckStep;
import io.penstock.protocol.BadFrame;
import io.penstock.protocol.BadFrameAction;
import io.penstock.protocol.ClientIdentity;
import io.penstock.protocol.ConnectionEnd;
import io.penstock.protocol.ConnectionEnd.Kind;
import io.penstock.protocol.ConnectionEvent;
import io.penstock.protocol.ConnectionEvent.Abandoned;
import io.penstock.protocol.ConnectionEvent.Accepted;
import io.penstock.protocol.ConnectionEvent.Closed;
import io.penstock.protocol.ConnectionEvent.Failed;
import io.penstock.protocol.ConnectionEvent.Faulted;
import io.penstock.protocol.ConnectionEvent.Framed;
import io.penstock.protocol.ConnectionEvent.Handshaken;
import io.penstock.protocol.ConnectionEvent.Processed;
import io.penstock.protocol.ConnectionEvent.ProcessingFailed;
import io.penstock.protocol.ConnectionEvent.Refused;
import io.penstock.protocol.ConnectionEvent.Rejected;
import io.penstock.protocol.ConnectionEvent.Summary;
import io.penstock.protocol.ConnectionEvent.Waits;
import io.penstock.protocol.ConnectionInfo;
import io.penstock.protocol.FailureAction;
import io.penstock.protocol.Protocols;
import io.penstock.protocol.TlsSession;
import io.penstock.server.tls.TlsFault;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EventLogTest {
    private static final Duration TOOK = Duration.ofMillis(12);

    private final Logger logger = new LoggerContext().getLogger("test");
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
    private final List<Runnable> endsOfWindows = new ArrayList<>();
    private final EventLog log = new EventLog(logger, delay -> endsOfWindows::add);
    private final Counters counters = new Counters();

    EventLogTest() {
        lines.start();
        logger.addAppender(lines);
    }

    private static ConnectionInfo connection(String address) {
        try {
            InetSocketAddress peer = new InetSocketAddress(InetAddress.getByName(address), 51234);
            return new ConnectionInfo(12, ConnectionInfo.DEFAULT_LISTENER, peer, peer, Protocols.RAW, null);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private List<String> tell(ConnectionEvent... events) {
        lines.list.clear();
        for (ConnectionEvent event : events) {
            log.on(event);
            counters.on(event);
        }
        return lines.list.stream()
                .filter(line -> line.getLevel().levelInt >= ch.qos.logback.classic.Level.INFO_INT)
                .map(ILoggingEvent::getFormattedMessage)
                .toList();
    }

    private static Summary summary() {
        return summary(3000, Waits.NONE);
    }

    private static Summary summary(long millis, Waits waits) {
        return new Summary(Duration.ofMillis(millis), 100, 20, 5, 3, 1, 0, 0, 0, 1, 7, waits);
    }

    private String slow(long millis, Waits waits) {
        ConnectionEvent closed =
                new Closed(connection("192.0.2.7"), ConnectionEnd.of(Kind.END_OF_STREAM), summary(millis, waits));
        return tell(closed).get(0).replaceFirst(".* ms", "");
    }

    private static Waits waits(long client, long processor, long limits, long framing, long tls) {
        return new Waits(
                Duration.ofMillis(client),
                Duration.ofMillis(processor),
                Duration.ofMillis(limits),
                Duration.ofMillis(framing),
                Duration.ofMillis(tls));
    }

    @Test
    void saysWhoWasSlowOnAConnectionOfSomeLength() {
        assertThat(slow(2000, waits(360, 1640, 0, 0, 0))).isEqualTo(", slow: processor 82 %");
        assertThat(slow(2000, waits(2000, 0, 0, 0, 10))).isEqualTo(", slow: client 100 %");
        assertThat(slow(2000, waits(0, 0, 1500, 500, 0))).isEqualTo(", slow: limits 75 %");
        assertThat(slow(2000, waits(10, 10, 0, 700, 900))).isEqualTo(", slow: TLS 45 %");
        assertThat(slow(2000, waits(10, 10, 0, 900, 700))).isEqualTo(", slow: framing 45 %");
        assertThat(slow(1000, waits(100, 900, 0, 0, 0))).isEmpty();
        assertThat(slow(2000, Waits.NONE)).isEmpty();
    }

    @Test
    void tellsTheLifeOfAConnectionWithItsIdAndPeer() {
        ConnectionInfo plain = connection("192.0.2.7");
        ConnectionInfo tls = plain.withTls(new TlsSession("TLSv1.3", "TLS_AES_256_GCM_SHA384"));
        assertThat(tell(
                        new Accepted(plain),
                        new Handshaken(tls, TOOK),
                        new ProcessingFailed(tls, 4, 2, 1, 2, "IOException: no", FailureAction.CONTINUE),
                        new Closed(tls, ConnectionEnd.of(Kind.END_OF_STREAM), summary())))
                .containsExactly(
                        "c12 192.0.2.7:51234 handshake done: TLSv1.3 TLS_AES_256_GCM_SHA384 in 12 ms",
                        "c12 192.0.2.7:51234 processing failed at frame 2 of batch 4, the connection goes on:"
                                + " IOException: no",
                        "c12 192.0.2.7:51234 end of stream; 100 bytes in, 20 out, 3 frames processed, 1 failed, 1 lost,"
                                + " 7 bytes lost, open for 3000 ms");
    }

    @Test
    void namesTheClientOfACertificateWithoutBeingFooledByItsName() {
        ClientIdentity client =
                new ClientIdentity("CN=pump\u202e7", "CN=CA", "0a1b", "00", List.of(), List.of(), List.of(), List.of());
        TlsSession session = new TlsSession("TLSv1.3", "TLS_AES_256_GCM_SHA384", client, null, null);
        assertThat(tell(new Handshaken(connection("192.0.2.7").withTls(session), TOOK)))
                .containsExactly("c12 192.0.2.7:51234 handshake done: TLSv1.3 TLS_AES_256_GCM_SHA384,"
                        + " client CN=pump\\u{202e}7 (serial 0a1b, issued by CN=CA) in 12 ms");
    }

    @Test
    void writesIpv6AddressesInBrackets() {
        assertThat(tell(new Handshaken(connection("2001:db8::1"), TOOK)))
                .containsExactly("c12 [2001:db8:0:0:0:0:0:1]:51234 open, plaintext");
    }

    @Test
    void keepsALineOnOneLineWhateverAPeerSays() {
        assertThat(tell(new Failed(
                        connection("192.0.2.7"), new ConnectionEnd(Kind.TLS_FAILED, "a\nforged \u001b[31mline"), TOOK)))
                .containsExactly("c12 192.0.2.7:51234 not opened after 12 ms: TLS failed: a\\x0aforged \\x1b[31mline");
    }

    private static Failed failed(String address, TlsFault fault) {
        return new Failed(connection(address), new ConnectionEnd(fault.kind(), fault.code(), fault.sentence()), TOOK);
    }

    private List<String> endWindows() {
        lines.list.clear();
        List<Runnable> ends = List.copyOf(endsOfWindows);
        endsOfWindows.clear();
        ends.forEach(Runnable::run);
        return lines.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
    }

    @Test
    void suppressesAFloodOfOneSourceAndCodeAndNothingElse() {
        for (int i = 0; i < 1000; i++) {
            tell(failed("192.0.2.7", TlsFault.HTTP_REQUEST));
        }
        assertThat(tell(failed("192.0.2.7", TlsFault.HTTP_REQUEST))).isEmpty();
        assertThat(tell(failed("192.0.2.8", TlsFault.HTTP_REQUEST), failed("192.0.2.7", TlsFault.SSH_CLIENT)))
                .hasSize(2);
        assertThat(tell(failed("2001:db8::1", TlsFault.PLAINTEXT))).hasSize(1);
        for (int host = 2; host < 20; host++) {
            tell(failed("2001:db8::" + host, TlsFault.PLAINTEXT));
        }
        assertThat(endWindows())
                .containsExactly(
                        "996 left out within 60 s: TLS-HTTP-REQUEST from 192.0.2.7",
                        "14 left out within 60 s: TLS-PLAINTEXT from 2001:db8:0:0::/64");
        assertThat(endWindows()).isEmpty();
        assertThat(tell(failed("192.0.2.7", TlsFault.HTTP_REQUEST))).hasSize(1);
    }

    @Test
    void boundsWhatManySourcesCanWrite() {
        int written = 0;
        for (int source = 0; source < 20_000; source++) {
            written += tell(failed("10.0." + source / 250 + "." + source % 250, TlsFault.NOT_TLS))
                    .size();
        }
        assertThat(written).isEqualTo(LogLimit.MAX_TALLIES + EventLog.FAILURES);
        assertThat(endWindows())
                .containsExactly(20_000 - written + " left out within 60 s: TLS-NOT-TLS from other sources");
    }

    @Test
    void tellsProbesByTheirNumberOnly() {
        assertThat(tell(failed("192.0.2.7", TlsFault.PROBE), failed("192.0.2.8", TlsFault.PROBE)))
                .isEmpty();
        assertThat(tell(failed("192.0.2.7", TlsFault.PROBE))).isEmpty();
        assertThat(endWindows())
                .containsExactly("3 left out within 60 s: TLS-PROBE from 2 sources, 2 of them from 192.0.2.7");
    }

    @Test
    void takesTheLevelFromWhoIsToBlame() {
        tell(
                failed("192.0.2.7", TlsFault.NO_COMMON_CIPHER),
                failed("192.0.2.7", TlsFault.ALERT_UNKNOWN_CA),
                failed("192.0.2.7", TlsFault.RESET_IN_HANDSHAKE),
                failed("192.0.2.7", TlsFault.PROBE),
                failed("192.0.2.7", TlsFault.INTERNAL));
        assertThat(lines.list)
                .map(line -> line.getLevel().levelStr)
                .containsExactly("WARN", "WARN", "INFO", "DEBUG", "ERROR");
    }

    @Test
    void limitsRoutineLinesByTheSecond() {
        ConnectionInfo info = connection("192.0.2.7");
        int written = 0;
        for (int i = 0; i < 150; i++) {
            written += tell(new Handshaken(info, TOOK)).size();
        }
        assertThat(written).isEqualTo(EventLog.LINES_PER_SECOND);
        assertThat(endWindows()).containsExactly("50 left out within 1 s: connections opened");
    }

    @Test
    void tellsEveryConnectionThatADrainCuts() {
        ConnectionInfo info = connection("192.0.2.7");
        Closed cut = new Closed(
                info,
                new ConnectionEnd(Kind.CUT, "drain-timeout ran out"),
                new Summary(TOOK, 9, 0, 2, 0, 0, 0, 0, 0, 2, 9, Waits.NONE));
        int written = 0;
        for (int i = 0; i < 150; i++) {
            written += tell(cut).size();
        }
        assertThat(written).isEqualTo(150);
        assertThat(endWindows()).isEmpty();
    }

    @Test
    void limitsTheStackTracesOfOurOwnFaults() {
        ConnectionInfo info = connection("192.0.2.7");
        int written = 0;
        for (int i = 0; i < 50; i++) {
            written +=
                    tell(new Faulted(info, new IllegalStateException("broken"))).size();
        }
        assertThat(written).isEqualTo(EventLog.FAILURES);
        assertThat(endWindows()).containsExactly("45 left out within 60 s: java.lang.IllegalStateException");
    }

    @Test
    void countersTellBadFramesByReason() {
        ConnectionInfo info = connection("192.0.2.7");
        for (BadFrameAction action : BadFrameAction.values()) {
            tell(new Rejected(info, new BadFrame(BadFrame.Reason.TOO_LONG, "line of 9 bytes", action)));
        }
        tell(new Rejected(info, new BadFrame(BadFrame.Reason.MALFORMED, "byte 0x78", BadFrameAction.CLOSE)));
        assertThat(counters.totals().badFrames())
                .containsExactly(
                        Map.entry("malformed, connection closed", 1L),
                        Map.entry("too long, connection closed", 1L),
                        Map.entry("too long, dropped", 1L),
                        Map.entry("too long, to be set aside", 1L),
                        Map.entry("too long, truncated", 1L));
        assertThat(counters)
                .hasToString(
                        "connections: accepted 0, open 0, refused 0; frames: in 4 = processed 0 + failed 0 + set aside 0"
                                + " + dropped 3 + lost 0 + held 1; truncated 1; bad frames: malformed, connection closed 1; too"
                                + " long, connection closed 1; too long, dropped 1; too long, to be set aside 1; too long, truncated"
                                + " 1; bytes in, of those that have ended: 0; THIS DOES NOT ADD UP, which is a fault of the"
                                + " server's own");
    }

    @Test
    void countersAddUp() {
        ConnectionInfo info = connection("192.0.2.7");
        tell(
                new Accepted(info),
                new Accepted(info),
                new Accepted(info),
                new Refused(info.peer(), info.local(), "max-connections", "3 connections are open"),
                failed("192.0.2.7", TlsFault.HANDSHAKE_TIMEOUT),
                new Framed(info, 1, 4, 90),
                new Processed(info, 1, 3, AckStep.PROCESSED, TOOK),
                new ProcessingFailed(info, 1, 3, 1, 0, "IOException: no", FailureAction.CONTINUE),
                new Abandoned(info, 1),
                new Closed(info, ConnectionEnd.of(Kind.RESET), summary()));
        assertThat(counters)
                .hasToString("connections: accepted 3, open 1, refused 1, reset 1, timed out 1; by code:"
                        + " TLS-HANDSHAKE-TIMEOUT 1; refused by: max-connections 1; frames: in 5 = processed 3 + failed 1 +"
                        + " set aside 0 + dropped 0 + lost 1 + held 0; truncated 0; failed: connection went on 1; bytes in,"
                        + " of those that have ended: 100");
    }
}

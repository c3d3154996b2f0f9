package io.penstock.server;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.penstock.protocol.ClientIdentity;
import io.penstock.protocol.ConnectionEnd;
import io.penstock.protocol.ConnectionEnd.Kind;
import io.penstock.protocol.ConnectionEvent;
import io.penstock.protocol.ConnectionEvent.Accepted;
import io.penstock.protocol.ConnectionEvent.Closed;
import io.penstock.protocol.ConnectionEvent.Failed;
import io.penstock.protocol.ConnectionEvent.Handshaken;
import io.penstock.protocol.ConnectionEvent.ProcessingFailed;
import io.penstock.protocol.ConnectionEvent.Refused;
import io.penstock.protocol.ConnectionEvent.Summary;
import io.penstock.protocol.ConnectionInfo;
import io.penstock.protocol.Protocols;
import io.penstock.protocol.TlsSession;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class EventLogTest {
    private static final Duration TOOK = Duration.ofMillis(12);

    private final Logger logger = new LoggerContext().getLogger("test");
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
    private final EventLog log = new EventLog(logger);
    private final Counters counters = new Counters();

    EventLogTest() {
        lines.start();
        logger.addAppender(lines);
    }

    private static ConnectionInfo connection(String address) {
        try {
            InetSocketAddress peer = new InetSocketAddress(InetAddress.getByName(address), 51234);
            return new ConnectionInfo(12, peer, peer, Protocols.RAW, null);
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
        return new Summary(Duration.ofSeconds(3), 100, 20, 5, 3, 1, 0, 1, 7);
    }

    @Test
    void tellsTheLifeOfAConnectionWithItsIdAndPeer() {
        ConnectionInfo plain = connection("192.0.2.7");
        ConnectionInfo tls = plain.withTls(new TlsSession("TLSv1.3", "TLS_AES_256_GCM_SHA384"));
        assertThat(tell(
                        new Accepted(plain),
                        new Handshaken(tls, TOOK),
                        new ProcessingFailed(tls, 4, 2, 2, "IOException: no", true),
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
                .containsExactly("c12 192.0.2.7:51234 not opened: TLS failed: a\\x0aforged \\x1b[31mline after 12 ms");
    }

    @Test
    void countsWhatAFloodWouldWriteAndTellsTheCount() {
        AtomicLong now = new AtomicLong();
        LogLimit limit = new LogLimit(2, now::get);
        List<String> written = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            limit.write(before -> written.add("line" + before));
        }
        now.addAndGet(Duration.ofSeconds(1).toNanos());
        limit.write(before -> written.add("line" + before));
        limit.write(before -> written.add("line" + before));
        assertThat(written)
                .containsExactly("line", "line", "line (3 lines like this one were left out before it)", "line");
    }

    @Test
    void countersAddUp() {
        ConnectionInfo info = connection("192.0.2.7");
        tell(
                new Accepted(info),
                new Accepted(info),
                new Accepted(info),
                new Refused(info.peer(), info.local(), "max-connections 3 reached"),
                new Failed(info, ConnectionEnd.of(Kind.TIMED_OUT), TOOK),
                new Closed(info, ConnectionEnd.of(Kind.RESET), summary()));
        assertThat(counters)
                .hasToString(
                        "connections: accepted 3, open 1, refused 1, reset 1, timed out 1; of the ended ones: bytes"
                                + " in 100, frames processed 3, failed 1, rejected 0, lost 1");
    }
}

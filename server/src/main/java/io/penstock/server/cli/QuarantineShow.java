package io.penstock.server.cli;

import io.penstock.processor.Escaper;
import io.penstock.processor.QuarantineEntry;
import io.penstock.processor.QuarantineFiles;
import io.penstock.processor.QuarantineFiles.Content;
import io.penstock.protocol.ClientIdentity;
import io.penstock.protocol.TlsSession;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.pekko.util.ByteString;
import org.jspecify.annotations.Nullable;

/** One frame that was set aside: what is known of it, and its payload. */
final class QuarantineShow {
    private static final int COLUMN = 13;

    /** Of a longer payload only the beginning is shown. */
    private static final int SHOWN = 1 << 16;

    private final QuarantineFiles files;
    private final Terminal terminal;

    QuarantineShow(QuarantineFiles files, Terminal terminal) {
        this.files = files;
        this.terminal = terminal;
    }

    /**
     * Prints an entry.
     *
     * @param payloadAlone write nothing but its payload, byte for byte
     * @return false when that is not there
     * @throws IOException it is damaged
     */
    boolean print(String id, boolean payloadAlone) throws IOException {
        Content content = files.content(id).orElseThrow(() -> new IOException("it has just been taken away"));
        if (!payloadAlone) {
            facts(content.entry());
            payload(content);
            return true;
        }
        if (!content.entry().payloadKept()) {
            terminal.err().println(id + ": its payload was not kept (quarantine.payload)");
            return false;
        }
        if (content.entry().isCut()) {
            terminal.err().println(id + ": " + beginning(content.entry()));
        }
        terminal.out().writeBytes(content.payload().toArrayUnsafe());
        terminal.out().flush();
        return true;
    }

    /** What a cut payload is. */
    static String beginning(QuarantineEntry entry) {
        return "it is only the first " + entry.size() + " of " + entry.frameSize() + " or more bytes";
    }

    private void facts(QuarantineEntry entry) throws IOException {
        line("id", entry.id());
        line("time", entry.time().toString());
        line("reason", entry.reason());
        line("detail", entry.detail());
        line("listener", entry.listener());
        line("connection", "c" + entry.connection() + " " + entry.peer() + " to " + entry.local());
        line("protocol", entry.protocol());
        tls(entry.tls());
        line("state", files.waiting().contains(entry.id()) ? "waits for replay" : "kept");
        if (entry.attempts() > 0) {
            line("attempts", "replayed " + entry.attempts() + " times in vain");
        }
        if (!entry.note().isEmpty()) {
            line("note", "not replayed: " + entry.note());
        }
        String cut = entry.isCut() ? ", cut: the frame had " + entry.frameSize() + " or more" : "";
        line("size", entry.size() + " bytes" + cut);
    }

    private void tls(@Nullable TlsSession tls) {
        if (tls == null) {
            line("tls", "none, plaintext");
            return;
        }
        line("tls", tls.version() + ", " + tls.cipher());
        if (tls.serverName() != null) {
            line("name asked", tls.serverName());
        }
        if (tls.alpn() != null) {
            line("alpn", tls.alpn());
        }
        ClientIdentity client = tls.client();
        if (client == null) {
            line("identity", "none, no client certificate");
            return;
        }
        line("identity", client.subject());
        line("", "issued by " + client.issuer() + ", serial " + client.serial());
        line("", "sha256 " + client.fingerprint());
        names("dns ", client.dnsNames());
        names("uri ", client.uris());
        names("email ", client.emails());
    }

    private void names(String kind, List<String> names) {
        names.forEach(name -> line("", kind + name));
    }

    private void payload(Content content) {
        if (!content.entry().payloadKept()) {
            line("payload", "not kept (quarantine.payload)");
            return;
        }
        ByteString shown = content.payload().take(SHOWN);
        ByteArrayOutputStream escaped = new ByteArrayOutputStream();
        Escaper escaper = Escaper.ofLines();
        escaper.escape(shown, escaped);
        escaper.end(escaped);
        line("payload", escaped.toString(StandardCharsets.UTF_8));
        if (shown.size() < content.payload().size()) {
            line("", "and " + (content.payload().size() - shown.size()) + " bytes more (--payload writes all)");
        }
    }

    private void line(String name, String text) {
        terminal.out().println(name + " ".repeat(COLUMN - name.length()) + Printable.line(text));
    }
}

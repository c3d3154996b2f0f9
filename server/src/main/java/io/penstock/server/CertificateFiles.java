package io.penstock.server;

import io.penstock.protocol.CertificateEvent;
import io.penstock.protocol.ConnectionEvent.Subscriber;
import io.penstock.server.pki.Expiry;
import io.penstock.server.tls.CurrentTls;
import io.penstock.server.tls.TlsContext;
import io.penstock.server.tls.TlsSource;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** A server's certificates, keys, client CAs and revocation lists; warns before certificates expire. */
final class CertificateFiles implements ReloadableFiles {
    private final TlsSource source;
    private final CurrentTls current;
    private final Subscriber events;
    private final Expiry expiry = new Expiry();

    /**
     * Files that have been loaded.
     *
     * @param current holds what was first loaded from the source; released at the end
     */
    CertificateFiles(TlsSource source, CurrentTls current, Subscriber events) {
        this.source = source;
        this.current = current;
        this.events = events;
        // What expires soon at the start has been told with the other warnings.
        expiry.due(current.context().identities(), source.clock().instant());
    }

    @Override
    public Map<Path, String> firstLook() {
        return source.firstLook();
    }

    @Override
    public Optional<Duration> interval() {
        return source.interval();
    }

    @Override
    public Map<Path, String> look() {
        return source.look();
    }

    @Override
    public Supplier<List<String>> load() {
        TlsContext next = source.load(current.context());
        return () -> use(next);
    }

    private List<String> use(TlsContext next) {
        List<String> added = TlsSource.added(next, current.context());
        current.replace(next);
        expiry.due(next.identities(), source.clock().instant());
        events.onCertificates(new CertificateEvent.Reloaded(added, next.warnings()));
        return added;
    }

    @Override
    public void refused(List<String> problems) {
        events.onCertificates(new CertificateEvent.Refused(problems));
    }

    @Override
    public void tick() {
        expiry.due(current.context().identities(), source.clock().instant())
                .forEach(notice ->
                        events.onCertificates(new CertificateEvent.Expiring(notice.line(), notice.expired())));
    }

    @Override
    public void keepUp() {
        source.keepUp();
    }

    @Override
    public void release() {
        current.release();
    }
}

package io.penstock.server;

import io.penstock.protocol.CertificateEvent;
import io.penstock.protocol.ConnectionEvent;
import io.penstock.protocol.ConnectionEvent.Subscriber;
import io.penstock.protocol.KeyNames;
import java.util.List;

/** Passes events on, those of files with the keys of their listener's section. */
record NamedFileEvents(KeyNames names, Subscriber events) implements Subscriber {
    @Override
    public void on(ConnectionEvent event) {
        events.on(
                event instanceof ConnectionEvent.ListsRefused e
                        ? new ConnectionEvent.ListsRefused(e.listener(), in(e.problems()))
                        : event);
    }

    @Override
    public void onCertificates(CertificateEvent event) {
        if (event instanceof CertificateEvent.Reloaded e) {
            events.onCertificates(new CertificateEvent.Reloaded(e.certificates(), in(e.warnings())));
        } else if (event instanceof CertificateEvent.Refused e) {
            events.onCertificates(new CertificateEvent.Refused(in(e.problems())));
        } else if (event instanceof CertificateEvent.Expiring e) {
            events.onCertificates(new CertificateEvent.Expiring(names.in(e.line()), e.expired()));
        }
    }

    private List<String> in(List<String> lines) {
        return lines.stream().map(names::in).toList();
    }
}

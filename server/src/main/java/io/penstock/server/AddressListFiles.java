package io.penstock.server;

import io.penstock.protocol.ConnectionEvent;
import io.penstock.protocol.ConnectionEvent.Subscriber;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/**
 * A listener's lists of addresses, kept up to date.
 *
 * @param current what new connections are judged by
 */
record AddressListFiles(
        String listener, AddressListSource files, AtomicReference<AddressLists> current, Subscriber events)
        implements ReloadableFiles {
    @Override
    public Map<Path, String> firstLook() {
        return files.firstLook();
    }

    @Override
    public Optional<Duration> interval() {
        return files.interval();
    }

    @Override
    public Map<Path, String> look() {
        return files.look();
    }

    @Override
    public Supplier<List<String>> load() {
        AddressLists next = files.load();
        return () -> use(next);
    }

    private List<String> use(AddressLists next) {
        current.set(next);
        events.on(new ConnectionEvent.ListsReloaded(
                listener, next.allow().size(), next.deny().size()));
        return List.of();
    }

    @Override
    public void refused(List<String> problems) {
        events.on(new ConnectionEvent.ListsRefused(listener, problems));
    }
}

package io.penstock.server;

import io.penstock.server.AdmissionSettings.AtLimit;
import io.penstock.server.Verdict.Close;
import io.penstock.server.Verdict.Refuse;
import io.penstock.server.Verdict.Wait;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Judges new connections of one port, before anything is read of them: the lists, the processor's circuit, rates,
 * numbers; the first that objects decides. It counts what it was told of, and does nothing itself. What is turned away
 * uses up nothing of any limit.
 *
 * <p>Memory is bounded by the connections that are there, and by {@link AddressRates#MOST}. Not thread-safe: the
 * listener asks.
 */
final class Admission {
    private static final String CIRCUIT = "circuit.connections";
    private static final String CONNECTIONS = "max-connections";
    private static final String ADDRESS_CONNECTIONS = "admission.address-connections";
    private static final String RATE = "admission.rate";
    private static final String ADDRESS_RATE = "admission.address-rate";

    private final AdmissionSettings settings;
    private final int maxConnections;
    private final Supplier<AddressLists> lists;
    private final Predicate<InetAddress> proxies;
    private final LongSupplier clock;
    private final Optional<Rate> rate;
    private final Optional<AddressRates> addressRates;
    /** Of each connection the address that it counts for; none while that is a proxy's. */
    private final Map<Long, Optional<AddressRange>> open = new HashMap<>();

    private final Map<AddressRange, Integer> ofAddress = new HashMap<>();
    /** When the bucket of {@link #rate} will be full. */
    private long fullAt;

    /**
     * A judge.
     *
     * @param lists those of the moment
     * @param proxies whether connections from an address announce whose they are: limits by address are for those
     * @param clock monotonic, in nanoseconds
     */
    Admission(
            AdmissionSettings settings,
            int maxConnections,
            Supplier<AddressLists> lists,
            Predicate<InetAddress> proxies,
            LongSupplier clock) {
        this.settings = settings;
        this.maxConnections = maxConnections;
        this.lists = lists;
        this.proxies = proxies;
        this.clock = clock;
        rate = settings.rate().map(Rate::new);
        addressRates = settings.addressRate().map(Rate::new).map(AddressRates::new);
        fullAt = clock.getAsLong();
    }

    /** Whether whoever is next may be accepted at all: {@link Wait} for the limits that make clients wait. */
    Verdict room() {
        if (settings.atRate() == AtLimit.WAIT && delay() > 0) {
            return new Wait(RATE, rateWords(), delay());
        }
        return settings.atConnections() == AtLimit.WAIT && open.size() >= maxConnections
                ? new Wait(CONNECTIONS, connectionsWords(), 0)
                : Verdict.ADMIT;
    }

    /**
     * What becomes of a socket.
     *
     * @param outage why the processor takes nothing, if connections are turned away for that
     */
    Verdict judge(InetAddress peer, Optional<String> outage) {
        boolean itself = !proxies.test(peer);
        AddressRange site = AddressRange.site(peer);
        return lists.get()
                .objection(peer)
                .or(() -> outage.map(why -> new Refuse(CIRCUIT, "the processor is unavailable: " + why)))
                .or(() -> delay() > 0 ? at(settings.atRate(), RATE, rateWords()) : Optional.empty())
                .or(() -> itself ? overRate(site) : Optional.empty())
                .or(() -> open.size() >= maxConnections
                        ? at(settings.atConnections(), CONNECTIONS, connectionsWords())
                        : Optional.empty())
                .or(() -> itself ? overNumber(site) : Optional.empty())
                .orElse(Verdict.ADMIT);
    }

    /** A connection has been taken on, with its id. */
    void admitted(long connection, InetAddress peer) {
        long now = clock.getAsLong();
        rate.ifPresent(limit -> fullAt = limit.take(fullAt, now));
        open.put(connection, Optional.empty());
        if (!proxies.test(peer)) {
            count(connection, AddressRange.site(peer), now);
        }
    }

    /**
     * A connection from a proxy has said whose it is. It counts for that address from now on, unless it is turned away.
     */
    Verdict announced(long connection, InetAddress client) {
        AddressRange site = AddressRange.site(client);
        Verdict verdict = lists.get()
                .objection(client)
                .or(() -> overRate(site))
                .or(() -> overNumber(site))
                .orElse(Verdict.ADMIT);
        if (verdict.equals(Verdict.ADMIT) && open.containsKey(connection)) {
            uncount(open.get(connection));
            count(connection, site, clock.getAsLong());
        }
        return verdict;
    }

    /** A connection's socket is gone. */
    void gone(long connection) {
        Optional<AddressRange> site = open.remove(connection);
        if (site != null) {
            uncount(site);
        }
    }

    private void count(long connection, AddressRange site, long now) {
        addressRates.ifPresent(rates -> rates.take(site, now));
        open.put(connection, Optional.of(site));
        ofAddress.merge(site, 1, Integer::sum);
    }

    private void uncount(Optional<AddressRange> site) {
        site.ifPresent(one -> ofAddress.computeIfPresent(one, (same, count) -> count == 1 ? null : count - 1));
    }

    private long delay() {
        return rate.map(limit -> limit.delay(fullAt, clock.getAsLong())).orElse(0L);
    }

    private String rateWords() {
        return "more than " + settings.rate().orElseThrow() + " new connections a second";
    }

    private String connectionsWords() {
        return maxConnections + " connections are open";
    }

    private Optional<Verdict> overRate(AddressRange site) {
        return addressRates
                .filter(rates -> !rates.hasRoom(site, clock.getAsLong()))
                .flatMap(rates -> at(
                        settings.atRate(),
                        ADDRESS_RATE,
                        "more than " + rates.perSecond() + " new connections a second from " + site));
    }

    private Optional<Verdict> overNumber(AddressRange site) {
        int there = ofAddress.getOrDefault(site, 0);
        return settings.addressConnections()
                .filter(most -> there >= most)
                .flatMap(most -> at(
                        settings.atConnections(),
                        ADDRESS_CONNECTIONS,
                        most + " connections from " + site + " are open"));
    }

    private static Optional<Verdict> at(AtLimit action, String limit, String reason) {
        return Optional.of(action == AtLimit.CLOSE ? new Close(limit, reason) : new Refuse(limit, reason));
    }
}

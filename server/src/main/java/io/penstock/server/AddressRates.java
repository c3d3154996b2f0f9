package io.penstock.server;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A {@link Rate} for each address. An address is forgotten once its bucket is full again, which is within a second, and
 * no more than {@link #MOST} are remembered: with a further one the one that has not come for the longest time is
 * forgotten, so that a flood from everywhere costs a few megabytes and only buys its sources a bucket that is full. Not
 * thread-safe.
 */
final class AddressRates {
    static final int MOST = 16_384;

    private final Rate rate;
    /** When whose bucket will be full, the one that has not come for the longest time first. */
    private final Map<AddressRange, Long> fullAt = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<AddressRange, Long> eldest) {
            return size() > MOST;
        }
    };

    AddressRates(Rate rate) {
        this.rate = rate;
    }

    int perSecond() {
        return rate.perSecond();
    }

    boolean hasRoom(AddressRange address, long now) {
        return rate.delay(fullAt.getOrDefault(address, now), now) == 0;
    }

    void take(AddressRange address, long now) {
        fullAt.put(address, rate.take(fullAt.getOrDefault(address, now), now));
        forget(now);
    }

    /** Stops at the first one that counts: those behind it have come since, and their turn comes. */
    private void forget(long now) {
        Iterator<Long> oldest = fullAt.values().iterator();
        while (oldest.hasNext() && rate.isFull(oldest.next(), now)) {
            oldest.remove();
        }
    }

    int remembered() {
        return fullAt.size();
    }
}

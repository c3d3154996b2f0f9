package io.penstock.server;

import java.net.InetAddress;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Ranges of addresses. To find one takes a look for each length of prefix among them, however many there are: lists of
 * hundreds of thousands are in use, and each new connection is looked up. Immutable.
 */
final class AddressList {
    static final AddressList NOBODY = new AddressList(List.of());

    private final Set<AddressRange> ranges;
    private final List<Integer> ipv4Lengths;
    private final List<Integer> ipv6Lengths;

    AddressList(Collection<AddressRange> ranges) {
        this.ranges = new HashSet<>(ranges);
        ipv4Lengths = lengths(true);
        ipv6Lengths = lengths(false);
    }

    private List<Integer> lengths(boolean ipv4) {
        return ranges.stream()
                .filter(range -> range.ipv4() == ipv4)
                .map(AddressRange::bits)
                .distinct()
                .sorted()
                .toList();
    }

    boolean isEmpty() {
        return ranges.isEmpty();
    }

    int size() {
        return ranges.size();
    }

    /** The widest of the ranges in which an address is. */
    Optional<AddressRange> find(InetAddress address) {
        AddressRange one = AddressRange.of(address);
        for (int length : one.ipv4() ? ipv4Lengths : ipv6Lengths) {
            AddressRange range = one.first(length);
            if (ranges.contains(range)) {
                return Optional.of(range);
            }
        }
        return Optional.empty();
    }
}

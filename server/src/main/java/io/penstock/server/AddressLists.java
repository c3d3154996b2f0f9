package io.penstock.server;

import io.penstock.server.Verdict.Refuse;
import java.net.InetAddress;
import java.util.Optional;

/**
 * Who may connect. Immutable.
 *
 * @param allow empty: everybody
 * @param deny asked first
 */
record AddressLists(AddressList allow, AddressList deny) {
    static final AddressLists EVERYBODY = new AddressLists(AddressList.NOBODY, AddressList.NOBODY);

    /** What is against an address. */
    Optional<Verdict> objection(InetAddress address) {
        Optional<AddressRange> denied = deny.find(address);
        if (denied.isPresent()) {
            return Optional.of(new Refuse("admission.deny", denied.get() + " is denied"));
        }
        return allow.isEmpty() || allow.find(address).isPresent()
                ? Optional.empty()
                : Optional.of(new Refuse("admission.allow", "the address is not among those that are allowed"));
    }
}

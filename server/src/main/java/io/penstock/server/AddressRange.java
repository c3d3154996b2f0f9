package io.penstock.server;

import io.penstock.server.pki.HostNames;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Addresses that begin with the same bits (CIDR, RFC 4632 section 3.1): one IPv4 or IPv6 address, or a network of them.
 * An IPv4-mapped IPv6 address (RFC 4291 section 2.5.5.2) is its IPv4 address. Equal ranges hold the same addresses.
 *
 * @param ipv4 whether they are IPv4 addresses; {@code 0.0.0.0/0} and {@code ::/0} have nothing in common
 * @param high the first 64 bits; of an IPv4 address its 32 and then zeros
 * @param low the other 64 bits of an IPv6 address
 * @param bits how many of them count, up to 32 or 128; the others are zeros
 */
public record AddressRange(boolean ipv4, long high, long low, int bits) {
    private static final Pattern FORM = Pattern.compile("([^/]+)(?:/(\\d{1,3}))?");
    private static final int IPV4_BITS = 32;
    private static final int IPV6_BITS = 128;
    /** What whoever has one IPv6 address has at the least. */
    private static final int IPV6_SITE = 64;
    /** What comes before the IPv4 address in a mapped one. */
    private static final int MAPPED_BITS = 96;

    private static final long MAPPED = 0xffff_0000_0000L;
    private static final long LAST_32_BITS = 0xffff_ffffL;

    public AddressRange {
        high &= mask(bits);
        low &= ipv4 ? 0 : mask(bits - Long.SIZE);
    }

    /**
     * What a text says: {@code 10.0.0.0/8}, {@code 2001:db8::/32}, or an address alone. Nobody is asked for a name.
     *
     * @throws IllegalArgumentException when it is neither, with the text and what was expected
     */
    public static AddressRange parse(String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            throw wrong(text, "an address or a network such as 10.0.0.0/8 or 2001:db8::/32");
        }
        InetAddress address = HostNames.address(form.group(1))
                .orElseThrow(() -> wrong(text, "an IPv4 or IPv6 address, and maybe the length of a prefix"));
        AddressRange whole = of(address);
        AddressRange range = form.group(2) == null
                ? whole
                : whole.first(bits(text, Integer.parseInt(form.group(2)), whole, isMapped(form.group(1), whole)));
        if (range.high != whole.high || range.low != whole.low) {
            throw wrong(text, range + ", or " + whole + " for the one address");
        }
        return range;
    }

    private static boolean isMapped(String text, AddressRange address) {
        return address.ipv4 && text.indexOf(':') >= 0;
    }

    private static int bits(String text, int given, AddressRange address, boolean mapped) {
        int before = mapped ? MAPPED_BITS : 0;
        int most = before + address.bits;
        if (given < before || given > most) {
            throw wrong(text, "a prefix of " + before + " to " + most + " bits");
        }
        return given - before;
    }

    private static IllegalArgumentException wrong(String text, String expected) {
        return new IllegalArgumentException(text + " (expected: " + expected + ")");
    }

    /** One address. */
    public static AddressRange of(InetAddress address) {
        ByteBuffer bytes = ByteBuffer.wrap(address.getAddress());
        if (address instanceof Inet4Address) {
            return new AddressRange(true, (long) bytes.getInt() << IPV4_BITS, 0, IPV4_BITS);
        }
        long first = bytes.getLong();
        long second = bytes.getLong();
        return first == 0 && (second & ~LAST_32_BITS) == MAPPED
                ? new AddressRange(true, second << IPV4_BITS, 0, IPV4_BITS)
                : new AddressRange(false, first, second, IPV6_BITS);
    }

    /** Where a client is for limits: its IPv4 address, or the /64 of its IPv6 address. */
    public static AddressRange site(InetAddress address) {
        AddressRange one = of(address);
        return one.ipv4 ? one : one.first(IPV6_SITE);
    }

    /** The range around this one in which only so many bits count, no more than here. */
    AddressRange first(int fewer) {
        return new AddressRange(ipv4, high, low, fewer);
    }

    public boolean contains(InetAddress address) {
        AddressRange one = of(address);
        return one.ipv4 == ipv4 && one.first(bits).equals(this);
    }

    /** The first so many of 64 bits. */
    private static long mask(int bits) {
        return bits <= 0 ? 0 : -1L << (Long.SIZE - Math.min(bits, Long.SIZE));
    }

    /** As {@link #parse} reads it: {@code 10.0.0.0/8}, {@code 192.0.2.7}, {@code 2001:db8::/32} (RFC 5952). */
    @Override
    public String toString() {
        String address = HostNames.shown(address().getHostAddress());
        return bits == (ipv4 ? IPV4_BITS : IPV6_BITS) ? address : address + "/" + bits;
    }

    private InetAddress address() {
        byte[] bytes = ipv4
                ? ByteBuffer.allocate(Integer.BYTES)
                        .putInt((int) (high >>> IPV4_BITS))
                        .array()
                : ByteBuffer.allocate(2 * Long.BYTES).putLong(high).putLong(low).array();
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("4 or 16 bytes", e);
        }
    }
}

package io.penstock.server.cli;

import com.typesafe.config.ConfigUtil;
import java.util.List;
import java.util.stream.Collectors;

/** What the ready file holds. */
final class ReadyJson {
    /** A listener by its name, with the address that it has. */
    record Entry(String name, Address address) {
        @Override
        public String toString() {
            return "{\"name\":" + ConfigUtil.quoteString(name) + "," + fields(address) + "}";
        }
    }

    private ReadyJson() {}

    /**
     * {@code {"host":…,"port":…,"admin":null,"pid":…,"listeners":[…]}}.
     *
     * @param listeners at least one; host and port are the first one's
     */
    static String of(List<Entry> listeners, long pid) {
        return "{" + fields(listeners.get(0).address()) + ",\"admin\":null,\"pid\":" + pid + ",\"listeners\":"
                + listeners.stream().map(Entry::toString).collect(Collectors.joining(",", "[", "]")) + "}\n";
    }

    private static String fields(Address address) {
        return "\"host\":" + ConfigUtil.quoteString(address.host()) + ",\"port\":" + address.port();
    }
}

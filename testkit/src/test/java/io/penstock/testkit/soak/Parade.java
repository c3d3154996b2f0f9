package io.penstock.testkit.soak;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.penstock.testkit.hostile.BadCertificateClient;
import io.penstock.testkit.hostile.DrippingClient;
import io.penstock.testkit.hostile.GarbageClient;
import io.penstock.testkit.hostile.HalfHandshakeClient;
import io.penstock.testkit.hostile.HostileClient;
import io.penstock.testkit.hostile.HugeFrameClient;
import io.penstock.testkit.hostile.NonReadingClient;
import io.penstock.testkit.hostile.PlaintextClient;
import io.penstock.testkit.hostile.ProxySpoofClient;
import io.penstock.testkit.hostile.ReconnectingClient;
import io.penstock.testkit.hostile.RenegotiatingClient;
import io.penstock.testkit.hostile.ResettingClient;
import io.penstock.testkit.hostile.SilentClient;
import io.penstock.testkit.hostile.Target;
import io.penstock.testkit.hostile.TruncatingClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Random;

/** Every hostile client, one after the other, at every port; those that stand and wait stay for a while. */
final class Parade {
    private static final byte[] HALF = "whole\nwhole\nhalf a li".getBytes(US_ASCII);
    private static final byte[] REQUEST = "line\n".repeat(100).getBytes(US_ASCII);
    private static final int STAYING = 24;
    private static final int STORM = 80;

    private enum Act {
        SILENT,
        DRIPPING,
        HALF_HANDSHAKE,
        GARBAGE,
        HUGE_FRAME,
        NO_READER,
        RESET,
        TRUNCATION,
        STORM,
        EXPIRED_CERTIFICATE,
        FOREIGN_CERTIFICATE,
        RENEGOTIATION,
        PLAINTEXT,
        PROXY_SPOOF_1,
        PROXY_SPOOF_2,
        DENIED
    }

    private static final List<Act> ACTS = List.of(Act.values());
    private static final List<Port> PORTS = List.of(Port.values());

    private final Rig rig;
    private final Random random;
    private final Deque<HostileClient> staying = new ArrayDeque<>();

    Parade(Rig rig, long seed) {
        this.rig = rig;
        this.random = new Random(seed);
    }

    /** Round after round; in each one everybody comes once. */
    void march(Course course) throws IOException {
        try {
            for (int made = 0; course.goesOn(made); made++) {
                for (int place = 0; place < ACTS.size(); place++) {
                    Port port = PORTS.get((made + place) % PORTS.size());
                    attack(client(ACTS.get(place), rig.target(port).from(address(place))));
                }
            }
        } finally {
            staying.forEach(HostileClient::close);
        }
    }

    private void attack(HostileClient client) {
        rig.evidence().attacks.increment();
        try {
            client.attack();
        } catch (UncheckedIOException e) {
            // Reset as it came.
        }
        staying.add(client);
        if (staying.size() > STAYING) {
            staying.remove().close();
        }
    }

    private HostileClient client(Act act, Target target) {
        return switch (act) {
            case SILENT, DENIED -> new SilentClient(target);
            case DRIPPING -> new DrippingClient(target, Duration.ofMillis(50));
            case HALF_HANDSHAKE -> new HalfHandshakeClient(target);
            case GARBAGE -> new GarbageClient(target, random.nextLong(), 1 + random.nextInt(4000));
            case HUGE_FRAME -> new HugeFrameClient(target, new byte[] {'1'}, 1 << 20);
            case NO_READER -> new NonReadingClient(target, REQUEST);
            case RESET -> new ResettingClient(target, HALF);
            case TRUNCATION -> new TruncatingClient(target, HALF);
            case STORM -> new ReconnectingClient(target, STORM);
            case EXPIRED_CERTIFICATE -> BadCertificateClient.expired(target.server(), rig.ca());
            case FOREIGN_CERTIFICATE -> BadCertificateClient.foreign(target.server(), rig.ca());
            case RENEGOTIATION -> new RenegotiatingClient(target);
            case PLAINTEXT -> new PlaintextClient(target);
            case PROXY_SPOOF_1 -> ProxySpoofClient.version1(target);
            case PROXY_SPOOF_2 -> ProxySpoofClient.version2(target);
        };
    }

    /** Each act has its own, so that its limits are not those of honest clients, and the ports of none are used up. */
    private InetAddress address(int place) throws IOException {
        byte net = ACTS.get(place) == Act.DENIED ? Rig.DENIED : (byte) (10 + place);
        return InetAddress.getByAddress(
                new byte[] {127, net, (byte) random.nextInt(4), (byte) (1 + random.nextInt(8))});
    }
}

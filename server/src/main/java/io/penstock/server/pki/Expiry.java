package io.penstock.server.pki;

import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Warns of certificates that expire: at 30, 14, 7 days and 1 before, and when they have. By the wall clock, so that one
 * that was set right is judged anew. Not thread-safe.
 */
public final class Expiry {
    private static final long SECONDS_OF_A_DAY = 86_400;
    /** In days; 0: it has expired. */
    private static final int[] STEPS = {0, 1, 7, 14, 30};

    private static final int FAR = Integer.MAX_VALUE;

    /** The step that each leaf has reached when it was last looked at. */
    private final Map<X509Certificate, Integer> reached = new HashMap<>();

    /**
     * A certificate has reached a step.
     *
     * @param line which one, when, and what to do
     */
    public record Notice(String line, boolean expired) {}

    /** Which have reached a step since they were last looked at. */
    public List<Notice> due(Identities identities, Instant now) {
        Map<X509Certificate, Integer> before = new HashMap<>(reached);
        reached.clear();
        List<Notice> notices = new ArrayList<>();
        for (Identities.Member member : identities.members()) {
            X509Certificate leaf = member.identity().leaf();
            int step = step(leaf, now);
            if (step < before.getOrDefault(leaf, FAR) && !reached.containsKey(leaf)) {
                notices.add(new Notice(line(member, now), step == 0));
            }
            reached.put(leaf, step);
        }
        return notices;
    }

    private static int step(X509Certificate leaf, Instant now) {
        Duration left = Duration.between(now, leaf.getNotAfter().toInstant());
        for (int days : STEPS) {
            if (left.compareTo(Duration.ofDays(days)) <= 0) {
                return days;
            }
        }
        return FAR;
    }

    private static String line(Identities.Member member, Instant now) {
        Optional<Path> file = member.named().cert();
        String words = words(member.identity().leaf(), now);
        return file.map(path -> new Source(member.named().setting("cert"), path).line(words))
                .orElse(words);
    }

    static String words(X509Certificate leaf, Instant now) {
        String refused = now.isBefore(leaf.getNotAfter().toInstant()) ? "" : " and clients refuse it";
        return when(leaf, now) + refused + "; remedy: renew it";
    }

    /** Which certificate expires, or has expired, and when. */
    static String when(X509Certificate leaf, Instant now) {
        Instant until = leaf.getNotAfter().toInstant();
        long seconds = now.until(until, ChronoUnit.SECONDS);
        long days = (seconds + SECONDS_OF_A_DAY - 1) / SECONDS_OF_A_DAY;
        String name = CertificateChecks.name(leaf);
        return seconds <= 0
                ? name + " expired on " + until
                : name + " expires in " + days + (days == 1 ? " day" : " days") + ", on " + until;
    }
}

package io.penstock.protocol;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/** Which known names somebody may have meant. */
public final class NearNames {
    private NearNames() {}

    /** {@code " (near: --port, --protocol)"}, nearest first; empty when nothing is near. */
    public static String hint(String word, Collection<String> names) {
        List<String> near = near(word, names);
        return near.isEmpty() ? "" : " (near: " + String.join(", ", near) + ")";
    }

    /** At most three, nearest first. */
    public static List<String> near(String word, Collection<String> names) {
        return names.stream()
                .filter(name -> isNear(word, name))
                .sorted(Comparator.comparingInt((String name) -> distance(word, name))
                        .thenComparing(Comparator.naturalOrder()))
                .limit(3)
                .toList();
    }

    private static boolean isNear(String word, String name) {
        String bare = word.replaceFirst("^-+", "");
        return !bare.isEmpty()
                && (name.replaceFirst("^-+", "").startsWith(bare)
                        || distance(word, name) <= Math.max(1, bare.length() / 3));
    }

    /** Insertions, deletions and substitutions from one to the other, two neighbours swapped counting once. */
    private static int distance(String a, String b) {
        int[][] d = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                d[i][j] = i == 0 || j == 0 ? i + j : step(d, a, b, i, j);
            }
        }
        return d[a.length()][b.length()];
    }

    private static int step(int[][] d, String a, String b, int i, int j) {
        int same = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
        int least = Math.min(d[i - 1][j - 1] + same, Math.min(d[i - 1][j], d[i][j - 1]) + 1);
        boolean swapped = i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
        return swapped ? Math.min(least, d[i - 2][j - 2] + 1) : least;
    }
}

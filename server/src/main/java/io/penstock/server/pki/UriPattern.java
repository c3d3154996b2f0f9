package io.penstock.server.pki;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A URI that a client's certificate has to hold, or a place that its URI has to be below.
 *
 * <p>Scheme and host are compared in any case, the rest as it is (RFC 5280 section 7.4). SPIFFE IDs have rules of their
 * own: only characters of the standard (SPIFFE-ID section 2), and an X.509-SVID holds no other URI (X509-SVID section
 * 2).
 *
 * @param wanted in the one spelling; for a place without the final {@code /*}
 * @param below whether it is a place
 */
record UriPattern(String wanted, boolean below) {
    private static final String BELOW = "/*";
    private static final Pattern SPIFFE_ID = Pattern.compile("spiffe://[a-z0-9._-]{1,255}(/[A-Za-z0-9._-]+)*");
    private static final int MAX_SPIFFE_ID = 2048;

    /**
     * Reads the part of a rule after {@code uri:}.
     *
     * @throws IllegalArgumentException with what was expected
     */
    static UriPattern of(String text) {
        boolean below = text.endsWith(BELOW);
        String place = below ? text.substring(0, text.length() - BELOW.length()) : text;
        URI uri = parsed(place)
                .filter(known -> place.indexOf('*') < 0)
                .orElseThrow(() -> new IllegalArgumentException(
                        "uri:URI with a whole URI, or one that ends in /* for any path below"));
        if (below && (uri.getRawAuthority() == null || !isPlain(uri))) {
            throw new IllegalArgumentException("uri:SCHEME://HOST/… before /*, without ? and #");
        }
        String normal = normal(uri);
        if (isSpiffe(uri) && (!isSpiffeId(normal) || (!below && uri.getRawPath().isEmpty()))) {
            throw new IllegalArgumentException("uri:spiffe://TRUST-DOMAIN/PATH with letters, digits, dots, dashes and"
                    + " underscores, or uri:spiffe://TRUST-DOMAIN/* for every path");
        }
        return new UriPattern(normal, below);
    }

    /** Whether a certificate with these URIs is meant. */
    boolean isMetBy(List<String> uris) {
        return uris.stream()
                .anyMatch(text -> parsed(text)
                        .filter(uri -> !isSpiffe(uri) || (uris.size() == 1 && isSpiffeId(text)))
                        .filter(this::matches)
                        .isPresent());
    }

    private boolean matches(URI uri) {
        String normal = normal(uri);
        return below ? normal.startsWith(wanted + "/") && isPlain(uri) && hasPlainPath(uri) : normal.equals(wanted);
    }

    private static Optional<URI> parsed(String text) {
        try {
            return Optional.of(new URI(text)).filter(URI::isAbsolute);
        } catch (URISyntaxException e) {
            return Optional.empty();
        }
    }

    private static String normal(URI uri) {
        String scheme = uri.getScheme().toLowerCase(Locale.ROOT);
        String authority = uri.getRawAuthority();
        String rest = uri.toString().substring(scheme.length() + 1);
        if (authority == null) {
            return scheme + ":" + rest;
        }
        int host = authority.lastIndexOf('@') + 1;
        return scheme + "://" + authority.substring(0, host)
                + authority.substring(host).toLowerCase(Locale.ROOT)
                + rest.substring(2 + authority.length());
    }

    private static boolean isPlain(URI uri) {
        return uri.getRawQuery() == null && uri.getRawFragment() == null;
    }

    /** A path that leads up again, also one in disguise, is below nothing. */
    private static boolean hasPlainPath(URI uri) {
        return List.of(uri.getPath().substring(1).split("/", -1)).stream().allMatch(UriPattern::isPlainSegment);
    }

    private static boolean isPlainSegment(String segment) {
        return !segment.isEmpty() && !segment.equals(".") && !segment.equals("..") && segment.indexOf('\\') < 0;
    }

    private static boolean isSpiffe(URI uri) {
        return uri.getScheme().equalsIgnoreCase("spiffe");
    }

    private static boolean isSpiffeId(String text) {
        return text.length() <= MAX_SPIFFE_ID
                && SPIFFE_ID.matcher(text).matches()
                && List.of(text.split("/")).stream().noneMatch(segment -> segment.equals(".") || segment.equals(".."));
    }
}

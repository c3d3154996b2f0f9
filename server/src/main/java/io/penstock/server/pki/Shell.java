package io.penstock.server.pki;

/** Words for a POSIX shell. */
final class Shell {
    private Shell() {}

    /** One word, whatever it holds: an operator pastes these lines, and a certificate's words are not to be trusted. */
    static String quoted(Object word) {
        String text = word.toString();
        return text.matches("[\\w@%+=:,./][\\w@%+=:,./-]*") ? text : "'" + text.replace("'", "'\\''") + "'";
    }

    /** The name of a file, which must not be taken for an option. */
    static String file(Object path) {
        String text = path.toString();
        return quoted(text.startsWith("-") ? "./" + text : text);
    }

    /** What a line may fetch: nothing that is read from this machine. */
    static boolean isWeb(String url) {
        return url.startsWith("http://") || url.startsWith("https://");
    }
}

package io.penstock.server.cli;

/**
 * What the help says of an option.
 *
 * @param letter a further name of one letter, such as {@code -n}; empty: none
 * @param name with its dashes, such as {@code --cert}
 * @param label what its value looks like; empty: it has none
 */
record OptionText(String letter, String name, String label, String meaning) {
    static OptionText of(String name, String label, String meaning) {
        return new OptionText("", "--" + name, label, meaning);
    }

    static OptionText of(char letter, String name, String label, String meaning) {
        return new OptionText("-" + letter, "--" + name, label, meaning);
    }
}

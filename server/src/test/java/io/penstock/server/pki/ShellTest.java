package io.penstock.server.pki;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShellTest {
    @ParameterizedTest
    @ValueSource(strings = {"a", "-n", "it's", "$(id)", "`id`", "a b", "", "a;b", "*", "~", "a\"b", "a\\b", "#x", "!x"})
    void wordsArriveAsTheyAre(String word, @TempDir Path dir) {
        assertThat(new Examined(dir).shell("printf '[%s]' " + Shell.quoted(word)))
                .isEqualTo("[" + word + "]");
    }

    @Test
    void filesAreNoOptions() {
        assertThat(Shell.file("-rf")).isEqualTo("./-rf");
        assertThat(Shell.file("/a/b-c.pem")).isEqualTo("/a/b-c.pem");
    }
}

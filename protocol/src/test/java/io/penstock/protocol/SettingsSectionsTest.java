package io.penstock.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Sections that are laid over the flat keys. */
class SettingsSectionsTest {
    private static SettingsReader reader(String... lines) {
        return new SettingsReader(ConfigFactory.parseString(
                "penstock {\n" + String.join("\n", lines) + "\n}",
                ConfigParseOptions.defaults().setOriginDescription("app.conf")));
    }

    private static List<String> problems(SettingsReader reader) {
        return catchThrowableOfType(InvalidSettingsException.class, reader::finish)
                .problems();
    }

    @Test
    void aSectionIsLaidOverTheFlatKeys() {
        SettingsReader reader = reader("a = 1", "b = 2", "in.s { b = 3 }", "part { x = 1, y = 2 }", "in.s.part.y = 3");
        SettingsReader section = reader.over("in.s");

        assertThat(section.integer("a", 0, 9)).isEqualTo(1);
        assertThat(section.integer("b", 0, 9)).isEqualTo(3);
        assertThat(section.integer("part.x", 0, 9)).isEqualTo(1);
        assertThat(section.integer("part.y", 0, 9)).isEqualTo(3);
        reader.finish();
    }

    @Test
    void aProblemIsNamedWhereTheKeyIsSetAndToldOnce() {
        SettingsReader reader = reader("a = x", "in.s { b = y }", "in.t { c = z }", "b = 1", "c = 1");
        for (String name : List.of("in.s", "in.t")) {
            SettingsReader section = reader.over(name);
            section.integer("a", 0, 9);
            section.integer("b", 0, 9);
            section.integer("c", 0, 9);
        }

        assertThat(problems(reader))
                .containsExactly(
                        "penstock.a: x (expected: a whole number) at app.conf: 2",
                        "penstock.in.s.b: y (expected: a whole number) at app.conf: 3",
                        "penstock.in.t.c: z (expected: a whole number) at app.conf: 4");
    }

    @Test
    void whatNobodyReadsIsUnknownInTheSectionAndAtTheTop() {
        SettingsReader reader = reader("port = 1", "log = 1", "prot = 1", "in.s { prt = 2, log = 3, part.x = 4 }");
        reader.integer("log", 0, 9);
        SettingsReader section = reader.over("in.s");
        section.integer("port", 0, 9);

        assertThat(problems(reader))
                .containsExactlyInAnyOrder(
                        "penstock.prot: unknown key (did you mean port?) at app.conf: 4",
                        "penstock.in.s.prt: unknown key (did you mean port?) at app.conf: 5",
                        "penstock.in.s.log: unknown key (expected: port) at app.conf: 5",
                        "penstock.in.s.part.x: unknown key at app.conf: 5");
    }

    @Test
    void whatIsBarredIsUnknownThoughItIsRead() {
        SettingsReader reader = reader("shared { x = 1 }", "in.s { shared { x = 2 } }");
        reader.over("in.s", "shared").open("shared");

        assertThat(problems(reader))
                .singleElement()
                .asString()
                .startsWith("penstock.in.s.shared.x: unknown key")
                .endsWith(" at app.conf: 3");
    }

    @Test
    void whatHidesAPartIsOneProblem() {
        SettingsReader reader = reader("part { x = 1 }", "in.s.part = 5");
        SettingsReader section = reader.over("in.s");

        assertThat(section.integer("part.x", 0, 9)).isEqualTo(1);
        assertThat(problems(reader)).containsExactly("penstock.in.s.part: 5 (expected: an object) at app.conf: 3");
    }

    @Test
    void aSectionMayHoldSections() {
        SettingsReader reader = reader(
                "a = 1", "b = 2", "c = 3", "in.s { b = x, of.t { c = y, other = 4 } }", "of.u { a = z, prt = 5 }");
        SettingsReader inner = reader.over("in.s").over("of.t");
        SettingsReader other = reader.over("of.u");
        for (SettingsReader one : List.of(inner, other)) {
            assertThat(one.has("a")).isTrue();
            one.integer("a", 0, 9);
            one.integer("b", 0, 9);
            one.integer("c", 0, 9);
            assertThat(one.has("part")).isFalse();
        }

        assertThat(inner.names().of("c")).isEqualTo("in.s.of.t.c");
        assertThat(inner.names().of("b")).isEqualTo("in.s.b");
        assertThat(inner.names().of("a")).isEqualTo("a");
        assertThat(problems(reader))
                .containsExactlyInAnyOrder(
                        "penstock.in.s.b: x (expected: a whole number) at app.conf: 5",
                        "penstock.in.s.of.t.c: y (expected: a whole number) at app.conf: 5",
                        "penstock.of.u.a: z (expected: a whole number) at app.conf: 6",
                        "penstock.in.s.of.t.other: unknown key (expected: a|b|c|part) at app.conf: 5",
                        "penstock.of.u.prt: unknown key (did you mean part?) at app.conf: 6");
    }

    @Test
    void notesTheValuesOfWhatIsRead() {
        SettingsReader reader = reader("a = 1", "b = 2", "in.s { b = 3 }", "in.t { c = 4 }", "c = 1");
        SettingsReader s = reader.over("in.s");
        SettingsReader t = reader.over("in.t");

        assertThat(s.noting(() -> s.integer("b", 0, 9))).isEqualTo(Map.of("b", 3));
        assertThat(t.noting(() -> t.integer("b", 0, 9))).isEqualTo(Map.of("b", 2));
        s.integer("a", 0, 9);
        t.integer("c", 0, 9);
        reader.finish();
    }

    @Test
    void namesTheKeyThatALineBeginsWith() {
        KeyNames names = reader("in.s { tls.cert = x }").over("in.s").names();

        assertThat(names.in("penstock.tls.cert: x (expected: y)")).isEqualTo("penstock.in.s.tls.cert: x (expected: y)");
        assertThat(names.in("penstock.tls.key: z")).isEqualTo("penstock.tls.key: z");
        assertThat(names.in("penstock..: z")).isEqualTo("penstock..: z");
        assertThat(names.in("a sentence: of its own")).isEqualTo("a sentence: of its own");
    }
}

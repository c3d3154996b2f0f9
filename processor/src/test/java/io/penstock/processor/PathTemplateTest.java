package io.penstock.processor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.protocol.SyslogMessage;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PathTemplateTest {
    private static final Instant TIME = Instant.parse("2026-11-23T09:30:00Z");

    @Test
    void isOneFileWithoutPlaceholders() {
        PathTemplate template = PathTemplate.parse("/var/log/in.log");

        assertThat(template.isPlain()).isTrue();
        assertThat(template.base()).isEqualTo(Path.of("/var/log/in.log"));
    }

    @ParameterizedTest
    @CsvSource({
        "/var/in/{date}.log, /var/in",
        "/var/in/a-{date}/x.log, /var/in",
        "{date}, ''",
        "/{date}, /",
        "in/deep/{date}/{hour}/{host}, in/deep"
    })
    void hasTheDirectoryBeforeTheFirstPlaceholderAsItsBase(String template, String base) {
        assertThat(PathTemplate.parse(template).base()).isEqualTo(Path.of(base));
    }

    @ParameterizedTest
    @CsvSource({
        "{date}/{hour}.log, 2026-11-23/09.log",
        "{connection}-{listener}, c7-default",
        "{peer}, test",
        "{identity}, CN%3Dpump-7",
        "{facility}.{severity}, local4.notice",
        "{host}/{app}.log, mymachine.example.com/evntslog.log",
        "{host}-{app}, mymachine.example.com-evntslog",
        "x{host}y/z, xmymachine.example.comy/z"
    })
    void putsValuesInPlace(String template, String path) {
        assertThat(resolve(template, "<165>1 2003-10-11T22:14:15.003Z mymachine.example.com evntslog - ID47 - x"))
                .isEqualTo(path);
    }

    @Test
    void saysUnknownAndAnonymous() {
        Origin origin = new Origin(FakeSession.lines(1).connection(), TIME, Optional.empty());

        assertThat(PathTemplate.parse("{host}/{app}/{facility}/{severity}/{identity}")
                        .resolve(origin, false))
                .isEqualTo(Path.of("unknown/unknown/unknown/unknown/anonymous"));
    }

    @Test
    void leavesOutWhatClientsDecideOnWhereThereIsTooMuch() {
        Origin origin = new Origin(
                FakeSession.lines(1).connection(), TIME, SyslogMessage.parse(ByteString.fromString("<13>x")));
        String all = "{date}/{hour}/{listener}/{facility}/{severity}/{connection}/{peer}/{identity}/{host}/{app}";

        assertThat(PathTemplate.parse(all).resolve(origin, true))
                .isEqualTo(Path.of("2026-11-23/09/default/user/notice/overflow/overflow/overflow/overflow/overflow"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"../../x", "..", ".", "/etc/passwd", "a/../../b", "%2E%2E/x", "\u0001/../x"})
    void neverLeavesItsBase(String host) {
        String path = resolve("{host}", header(host));

        assertThat(Path.of("/base").resolve(path).normalize().getParent()).isEqualTo(Path.of("/base"));
        assertThat(path).doesNotStartWith(".").doesNotContain("/");
    }

    @Test
    void keepsBytesApartThatAreNotUtf8() {
        assertThat(resolve("{host}", header("\u00e9"))).isEqualTo("%E9");
        assertThat(resolve("{host}", header("\u00c3\u00a9"))).isEqualTo("%C3%A9");
    }

    @ParameterizedTest
    @CsvSource({
        "a.20261123T013000.123Z, a%2E20261123T013000%2E123Z",
        "a.20261123T013000.123Z.gz, a%2E20261123T013000%2E123Z%2Egz",
        "a.torn, a%2Etorn",
        "a.gz, a.gz"
    })
    void makesNoFileThatLooksAsIfItWereSetAside(String host, String name) {
        assertThat(resolve("{host}", header(host))).isEqualTo(name);
        assertThat(resolve("{host}/log", header(host))).isEqualTo(host + "/log");
    }

    @Test
    void confusesNoTwoValuesOfOneName() {
        assertThat(resolve("{host}-{app}", "<13>1 - a-b c - - - x")).isEqualTo("a%2Db-c");
        assertThat(resolve("{host}-{app}", "<13>1 - a b-c - - - x")).isEqualTo("a-b-c");
        assertThat(resolve("{host}-{date}", header("a-b"))).isEqualTo("a-b-2026-11-23");
    }

    @Test
    void cutsWhatIsTooLongForAName() {
        String name = resolve("{host}.{app}.log", header("x".repeat(255)));

        assertThat(name).hasSizeLessThan(NameTemplate.LONGEST).matches("x+%-[0-9a-f]{32}\\.app\\.log");
    }

    @ParameterizedTest
    @CsvSource({
        "/x/{dat}.log, '{dat} is none'",
        "/x/{}.log, '{} is none'",
        "/x/{host}{app}, between placeholders of one name",
        "/x/{host}%{app}, between placeholders of one name",
        "/x/{date}/../y, that do not begin with a dot",
        "/x/{date}//y, that do not begin with a dot",
        "/x/.{host}, that do not begin with a dot",
        "/x/{date}/, that do not begin with a dot",
        "/x/{host}-{app}-{peer}-{identity}, shorter names"
    })
    void refusesWhatCannotWork(String template, String words) {
        assertThatThrownBy(() -> PathTemplate.parse(template))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(words);
    }

    @Test
    void namesAllPlaceholdersWhenOneIsUnknown() {
        assertThatThrownBy(() -> PathTemplate.parse("{day}"))
                .hasMessage("placeholders {date}, {hour}, {connection}, {listener}, {peer}, {identity}, {host}, {app},"
                        + " {facility}, {severity}; {day} is none");
    }

    @Test
    void refusesPathsThatNoSystemOpens() {
        assertThatThrownBy(() -> PathTemplate.parse("/x" + "/{date}".repeat(19)))
                .hasMessageContaining("fewer directories");
    }

    private static String header(String host) {
        return "<13>Oct 11 22:14:15 " + host + " app: x";
    }

    /** Of a message whose characters are its bytes. */
    private static String resolve(String template, String message) {
        ByteString frame = ByteString.fromString(message, StandardCharsets.ISO_8859_1);
        Origin origin =
                new Origin(FakeSession.identified(7, "CN=pump-7").connection(), TIME, SyslogMessage.parse(frame));
        return PathTemplate.parse(template).resolve(origin, false).toString();
    }
}

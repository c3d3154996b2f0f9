package io.penstock.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigSyntax;
import java.io.ByteArrayOutputStream;
import java.time.OffsetDateTime;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;

class LoggingTest {
    private final LoggerContext context = new LoggerContext();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @Test
    void textIsALineWithTimeAndZone() {
        Logger log = logger(LogSettings.Level.INFO, LogSettings.Format.TEXT, "io.penstock");

        log.info("listening on {}", "0.0.0.0:8000");
        log.debug("not shown");

        assertThat(Run.text(err)).matches("\\S+ INFO  listening on 0\\.0\\.0\\.0:8000\n");
        assertThat(OffsetDateTime.parse(Run.text(err).substring(0, Run.text(err).indexOf(' '))))
                .isNotNull();
    }

    @Test
    void textOfPeersCannotWriteLinesNorMoveTheCursor() {
        Logger log = logger(LogSettings.Level.INFO, LogSettings.Format.TEXT, "io.penstock");

        log.warn("peer says {}", "a\r\nb\u001b[2J\u202ec\u0085");

        assertThat(Run.text(err)).endsWith(" WARN  peer says a\\x0d\\x0ab\\x1b[2J\\u{202e}c\\u{85}\n");
    }

    @Test
    void failuresOfOursShowWhere() {
        Logger log = logger(LogSettings.Level.INFO, LogSettings.Format.TEXT, "io.penstock");

        log.error("failed", new IllegalStateException("why"));

        assertThat(Run.text(err))
                .contains(" ERROR failed\njava.lang.IllegalStateException: why\n\tat ")
                .endsWith("\n");
    }

    @Test
    void jsonIsAnObjectALine() {
        Logger log = logger(LogSettings.Level.INFO, LogSettings.Format.JSON, "io.penstock");

        log.info("a \"quoted\" {}", "line\n");
        log.error("failed", new IllegalStateException("why"));

        String[] lines = Run.text(err).split("\n", -1);
        assertThat(lines).hasSize(3);
        Config first = json(lines[0]);
        assertThat(first.getString("level")).isEqualTo("INFO");
        assertThat(first.getString("formattedMessage")).isEqualTo("a \"quoted\" line\n");
        assertThat(OffsetDateTime.parse(first.getString("time")).toInstant().toEpochMilli())
                .isEqualTo(first.getLong("timestamp"));
        assertThat(json(lines[1]).getString("throwable.message")).isEqualTo("why");
    }

    @Test
    void pekkoIsQuietUnlessAskedFor() {
        logger(LogSettings.Level.INFO, LogSettings.Format.TEXT, "org.apache.pekko.x")
                .info("chatter");
        assertThat(Run.text(err)).isEmpty();

        logger(LogSettings.Level.DEBUG, LogSettings.Format.TEXT, "org.apache.pekko.x")
                .info("chatter");
        assertThat(Run.text(err)).endsWith("chatter\n");

        assertThat(Logging.actorSystem(
                                new LogSettings(LogSettings.Level.INFO, LogSettings.Format.TEXT, Optional.empty()))
                        .getString("pekko.loglevel"))
                .isEqualTo("WARNING");
    }

    private Logger logger(LogSettings.Level level, LogSettings.Format format, String name) {
        context.setMDCAdapter(new LogbackMDCAdapter());
        Logging.configure(context, new LogSettings(level, format, Optional.empty()), err);
        return context.getLogger(name);
    }

    private static Config json(String line) {
        return ConfigFactory.parseString(line, ConfigParseOptions.defaults().setSyntax(ConfigSyntax.JSON));
    }
}

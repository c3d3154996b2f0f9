package io.penstock.server.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.OutputStreamAppender;
import ch.qos.logback.core.encoder.Encoder;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.io.OutputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The standalone's log. Built by code: reading logback's XML costs more time at start than everything else of the
 * log, and an embedding host must not find a configuration of ours on its class path.
 */
final class Logging {
    private Logging() {}

    /** Sends everything to a stream; lets a {@code logback.xml} of the operator's be. */
    static void install(LogSettings settings, OutputStream err) {
        if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context && !isConfigured()) {
            configure(context, settings, err);
        }
    }

    private static boolean isConfigured() {
        ClassLoader loader = Logging.class.getClassLoader();
        return System.getProperty("logback.configurationFile") != null || loader.getResource("logback.xml") != null;
    }

    static void configure(LoggerContext context, LogSettings settings, OutputStream err) {
        context.reset();
        Encoder<ILoggingEvent> encoder = settings.format() == LogSettings.Format.JSON ? new JsonLog() : new TextLog();
        encoder.setContext(context);
        encoder.start();
        OutputStreamAppender<ILoggingEvent> appender = new OutputStreamAppender<>();
        appender.setContext(context);
        appender.setEncoder(encoder);
        appender.setOutputStream(err);
        appender.start();
        ch.qos.logback.classic.Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
        root.addAppender(appender);
        root.setLevel(Level.toLevel(settings.level().name()));
        context.getLogger("org.apache.pekko").setLevel(Level.toLevel(pekko(settings)));
        // It logs a port in use with a stack trace, and reports it as well: then we have better words.
        context.getLogger("org.apache.pekko.io.TcpListener").setLevel(Level.OFF);
    }

    /** What the actor system does not even hand to the log. */
    static Config actorSystem(LogSettings settings) {
        String level = pekko(settings);
        return ConfigFactory.parseString("pekko.loglevel = " + (level.equals("WARN") ? "WARNING" : level));
    }

    /** Pekko says at INFO what an operator of Penstock has no use for. */
    private static String pekko(LogSettings settings) {
        return switch (settings.level()) {
            case ERROR -> "ERROR";
            case WARN, INFO -> "WARN";
            case DEBUG -> "INFO";
            case TRACE -> "DEBUG";
        };
    }
}

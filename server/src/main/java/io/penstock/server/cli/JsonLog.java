package io.penstock.server.cli;

import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;

/** Logback's JSON, one object a line, with a {@code time} as text and its zone besides the {@code timestamp} in ms. */
final class JsonLog extends JsonEncoder {
    JsonLog() {
        setWithSequenceNumber(false);
        setWithNanoseconds(false);
        setWithContext(false);
        setWithMessage(false);
        setWithArguments(false);
        setWithFormattedMessage(true);
    }

    @Override
    protected void appendCustomFields(StringBuilder line, ILoggingEvent event) {
        line.append(',');
        appenderMember(line, "time", TextLog.time(event));
    }
}

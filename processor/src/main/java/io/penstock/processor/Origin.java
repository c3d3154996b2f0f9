package io.penstock.processor;

import io.penstock.protocol.ConnectionInfo;
import io.penstock.protocol.SyslogMessage;
import java.time.Instant;
import java.util.Optional;

/**
 * What decides into which file a frame goes.
 *
 * @param time when the processor was given it
 * @param header empty where the frame has none, or none is asked for
 */
record Origin(ConnectionInfo connection, Instant time, Optional<SyslogMessage> header) {}

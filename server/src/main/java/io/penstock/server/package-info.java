/** The server: binding, connections as actors, settings. Start at {@link io.penstock.server.TlsServer}. */
@NullMarked
package io.penstock.server;

import org.jspecify.annotations.NullMarked;

/** The command line. Start at {@code Main}. */
@NullMarked
package io.penstock.server.cli;

import org.jspecify.annotations.NullMarked;

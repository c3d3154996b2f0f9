/**
 * Tests of processors with real TLS: a server on a free port with a throw-away CA, a client, and a probe in the
 * processor's place. Start at {@link io.penstock.testkit.PenstockExtension}.
 */
@NullMarked
package io.penstock.testkit;

import org.jspecify.annotations.NullMarked;

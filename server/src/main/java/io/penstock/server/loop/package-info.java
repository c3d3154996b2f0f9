/**
 * Event loops: threads that each run a selector and everything of its connections, so that a byte is read, decrypted, framed
 * and handed on without another thread being woken. Pekko as it is, by what its configuration lets one choose; {@code
 * penstock-loops.conf} does. Start at {@link io.penstock.server.loop.EventLoop}.
 */
@org.jspecify.annotations.NullMarked
package io.penstock.server.loop;

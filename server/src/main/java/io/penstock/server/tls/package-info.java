/**
 * TLS on a byte stream: {@link io.penstock.server.tls.TransportSecurity} is the way in. The only user of JSSE and of
 * the native library.
 */
@NullMarked
package io.penstock.server.tls;

import org.jspecify.annotations.NullMarked;

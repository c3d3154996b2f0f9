/** TLS: certificates and keys from files, the development CA, the stage that encrypts. The only user of JSSE. */
@NullMarked
package io.penstock.server.tls;

import org.jspecify.annotations.NullMarked;

/** The packaged product, run as its users run it: real processes, real sockets, openssl. */
@NullMarked
package io.penstock.distribution;

import org.jspecify.annotations.NullMarked;

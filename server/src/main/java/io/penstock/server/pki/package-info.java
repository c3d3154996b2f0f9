/**
 * Certificates and keys: read from files, checked, issued. {@link io.penstock.server.pki.IdentityLoader} loads the
 * server's, {@link io.penstock.server.pki.TrustLoader} those that clients' chains must end in, {@link
 * io.penstock.server.pki.DevelopmentCa} makes what is missing, {@link io.penstock.server.pki.Examination} says what is
 * wrong with a chain.
 */
@NullMarked
package io.penstock.server.pki;

import org.jspecify.annotations.NullMarked;

/**
 * Clients that mean harm, or are broken, each under a name: to see what a server does about them. All of them go to where
 * they are told and no further, are bounded, and end when they are closed. Start at {@link
 * io.penstock.testkit.hostile.HostileClient}.
 */
@NullMarked
package io.penstock.testkit.hostile;

import org.jspecify.annotations.NullMarked;

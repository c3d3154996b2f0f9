/** Everything at once, for as long as one likes: start at {@link io.penstock.testkit.soak.SoakTest}. */
@NullMarked
package io.penstock.testkit.soak;

import org.jspecify.annotations.NullMarked;

/**
 * Work done on frames: the {@link io.penstock.processor.Processor} interface for user code, the built-in processors,
 * and the actors that run them under supervision.
 */
@NullMarked
package io.penstock.processor;

import org.jspecify.annotations.NullMarked;

/**
 * Publishes the engine's numbers as meters.
 */
@NullMarked
package io.lifeguard.metrics;

import org.jspecify.annotations.NullMarked;

/**
 * A small shop that runs on three pools and two schedules. It loses exceptions on
 * purpose, one way a button, and shows on one page what becomes of each: the pool, the
 * failure, and the event that arrives at Sentry.
 */
@NullMarked
package io.lifeguard.sample;

import org.jspecify.annotations.NullMarked;

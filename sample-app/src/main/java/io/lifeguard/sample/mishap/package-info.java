/**
 * The ways to lose an exception, one handler method a button. What the page says about
 * each is in {@code static/mishaps.json}.
 */
@NullMarked
package io.lifeguard.sample.mishap;

import org.jspecify.annotations.NullMarked;

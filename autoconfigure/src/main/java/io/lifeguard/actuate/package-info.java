/**
 * Shows pools to operators: the endpoint and the health contributor. Reads the engine's
 * numbers and keeps none.
 */
@NullMarked
package io.lifeguard.actuate;

import org.jspecify.annotations.NullMarked;

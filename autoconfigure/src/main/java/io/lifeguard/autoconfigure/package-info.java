/**
 * Conditions and properties: what Lifeguard adds to an application, and when. All
 * behaviour is elsewhere.
 */
@NullMarked
package io.lifeguard.autoconfigure;

import org.jspecify.annotations.NullMarked;

/**
 * An application of its own, which depends on the starter and Boot alone. It fails one
 * task on each path into a pool, and receives what Sentry would.
 */
@NullMarked
package io.lifeguard.paths;

import org.jspecify.annotations.NullMarked;

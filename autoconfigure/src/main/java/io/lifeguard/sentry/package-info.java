/**
 * Reports failures to Sentry: one tagged event for each, in the scope of the task's
 * submitter, and none besides it from whoever logs the same exception.
 */
@NullMarked
package io.lifeguard.sentry;

import org.jspecify.annotations.NullMarked;

/**
 * What libraries keep to themselves on a guarded worker, so that a log line is all that
 * tells of it. Each class here stands in the place that one library has for that, and
 * says whose task has failed; where the application has taken that place, it has been
 * told, and nothing happens. None is needed on the class path.
 */
@NullMarked
package io.lifeguard.library;

import org.jspecify.annotations.NullMarked;

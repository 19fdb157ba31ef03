/**
 * What runs again and again, and when it should have: a record for each schedule, written
 * by its runs, and a judge that asks its future, its trigger and its scheduler from time
 * to time how it is.
 */
@NullMarked
package io.lifeguard.engine.schedule;

import org.jspecify.annotations.NullMarked;

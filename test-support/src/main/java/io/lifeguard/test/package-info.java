/**
 * Makes a test fail that left a task's failure unhandled.
 * <p>
 * {@link io.lifeguard.test.RunningTests} knows whose test a thread works for, and so
 * whose a task is. {@link io.lifeguard.test.TestTasks} are those of one test: they are
 * waited for when it ends, and what failed among them and nobody has read fails the test
 * with {@link io.lifeguard.test.UnhandledTaskFailures}. Spring's test framework gets here
 * by its listeners, plain JUnit by the {@link io.lifeguard.test.LifeguardExtension}.
 */
@NullMarked
package io.lifeguard.test;

import org.jspecify.annotations.NullMarked;

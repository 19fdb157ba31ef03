package io.lifeguard.engine.schedule;

import java.util.concurrent.Future;

import org.jspecify.annotations.Nullable;

/**
 * What has to be known of a scheduler to judge its schedules. Each question is asked
 * anew, on the one thread that judges.
 */
public interface Scheduler {

	/**
	 * Return the name of the scheduler's pool.
	 */
	String pool();

	/**
	 * Whether those to whom the scheduler belongs close it: its schedules end with it, as
	 * they should.
	 */
	boolean isClosing();

	/**
	 * Whether the scheduler takes no more tasks.
	 */
	boolean isShutdown();

	/**
	 * Whether the scheduler will run no task any more.
	 */
	boolean isTerminated();

	/**
	 * Whether the scheduler starts no task until it is started again.
	 */
	boolean isPaused();

	/**
	 * Return what runs the scheduler's tasks at present: another one after the scheduler
	 * has been shut down and initialized anew. {@code null} if that is not known.
	 */
	@Nullable Object executor();

	/**
	 * Whether the given future, which is due, waits in the scheduler's queue or may be in
	 * the hands of one of its threads; {@code true} also where that can't be told.
	 */
	boolean holds(Future<?> future);

	/**
	 * Return what keeps all of the scheduler's threads from a task that is due, or
	 * {@code null} if nothing that is known does.
	 * @param timing the timing of that task
	 */
	@Nullable Obstacle obstacle(ScheduleTiming timing);

	/**
	 * What is in the way of a run.
	 *
	 * @param description says it in a sentence
	 * @param thread the thread that is in the way longest
	 */
	record Obstacle(String description, Thread thread) {

	}

}

package io.lifeguard;

/**
 * Is told of each run of a schedule, on the thread that runs it: to be quick.
 */
public interface ScheduleListener {

	/**
	 * Note that a run has started.
	 * @param run tells it from other runs, which may go on at the same time
	 * @param lag the nanoseconds since it was due
	 */
	void started(Object run, long lag);

	/**
	 * Note that a run has ended.
	 * @param run the one that has started before
	 * @param ran the nanoseconds since it started
	 */
	void ended(Object run, Outcome outcome, long ran);

}

package io.lifeguard;

/**
 * Is told of each run of a schedule, on the thread that runs it: to be quick, and to
 * throw nothing.
 */
public interface ScheduleListener {

	/**
	 * Note that a run has started.
	 * @param lag the nanoseconds since it was due
	 */
	void started(long lag);

	/**
	 * Note that a run has ended.
	 * @param ran the nanoseconds since it started
	 */
	void ended(Outcome outcome, long ran);

}

package io.lifeguard;

/**
 * Told of each task that ended, on the thread that ran it: it must be quick, and must not
 * block or throw.
 */
@FunctionalInterface
public interface TaskListener {

	/**
	 * Listens to nothing.
	 */
	TaskListener NONE = (outcome, waited, ran) -> {
	};

	/**
	 * Note the end of a task.
	 * @param outcome how it ended
	 * @param waited the nanoseconds from submission to start, negative if there is no
	 * such time, as for the runs of a periodic task
	 * @param ran the nanoseconds from start to end
	 */
	void ended(Outcome outcome, long waited, long ran);

}

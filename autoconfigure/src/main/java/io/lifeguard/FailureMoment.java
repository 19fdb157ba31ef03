package io.lifeguard;

/**
 * The moment of a failure, kept until it is reported.
 */
@FunctionalInterface
public interface FailureMoment {

	/**
	 * A moment of which nothing is known.
	 */
	FailureMoment NONE = Runnable::run;

	/**
	 * Run the action on the current thread in the context of this moment, and leave the
	 * thread as it was.
	 */
	void within(Runnable action);

}

package io.lifeguard.engine.failure;

import java.lang.ref.SoftReference;

import io.lifeguard.support.StandInException;
import io.lifeguard.support.Throwables;
import org.jspecify.annotations.Nullable;

/**
 * What a task threw. Any number of failures may wait for a reader or a report, and each
 * throwable may hold as much as it likes: so it is held softly, and given up rather than
 * let the heap run out. Its class and its message are what is left then.
 * <p>
 * A collector also clears what has not been asked for in a while, the less memory there
 * is the sooner. So the watch asks for it from time to time, which leaves the one case
 * that nothing else helps.
 */
final class Thrown {

	private final SoftReference<Throwable> thrown;

	private final Class<?> type;

	private final @Nullable String message;

	Thrown(Throwable thrown) {
		Throwable throwable = Throwables.unwrap(thrown);
		this.thrown = new SoftReference<>(thrown);
		this.type = throwable.getClass();
		this.message = Throwables.message(throwable);
	}

	/**
	 * Return what was thrown, or {@code null} if it has been given up. Keeps it for a
	 * while from now on.
	 */
	@Nullable Throwable thrown() {
		return this.thrown.get();
	}

	/**
	 * Return what was thrown, freed of the wrappers that futures put around it, or a
	 * stand-in for it.
	 */
	Throwable throwable() {
		Throwable thrown = this.thrown.get();
		return (thrown != null) ? Throwables.unwrap(thrown)
				: new StandInException(this.type.getName(),
						((this.message != null) ? this.message + " " : "") + "(let go since memory was short)",
						new StackTraceElement[0], null);
	}

	/**
	 * Return the class of what was thrown, freed of those wrappers.
	 */
	Class<?> type() {
		return this.type;
	}

	/**
	 * Return the message, unless the class of the application's says that itself.
	 */
	@Nullable String message() {
		return this.message;
	}

	/**
	 * Give up what was thrown.
	 */
	void release() {
		this.thrown.clear();
	}

}

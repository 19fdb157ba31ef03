package io.lifeguard.engine.failure;

import java.io.InterruptedIOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.lang.reflect.Method;
import java.nio.channels.ClosedByInterruptException;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;

import io.lifeguard.Handling;
import io.lifeguard.PoolSnapshot;
import io.lifeguard.ReportOutcome;
import io.lifeguard.SubmissionSite;
import io.lifeguard.TaskFailure;
import io.lifeguard.support.Throwables;
import org.jspecify.annotations.Nullable;

/**
 * A task's failure, from the moment it happens. It is watched until it is handled, in one
 * of three ways and only once, whoever comes first: the reader of its future, the garbage
 * collector or the deadline.
 */
public final class Failure {

	private static final VarHandle HANDLING;

	private static final VarHandle WATCH;

	static {
		try {
			MethodHandles.Lookup lookup = MethodHandles.lookup();
			HANDLING = lookup.findVarHandle(Failure.class, "handling", Handling.class);
			WATCH = lookup.findVarHandle(Failure.class, "watch", UnobservedWatch.Entry.class);
		}
		catch (ReflectiveOperationException ex) {
			throw new ExceptionInInitializerError(ex);
		}
	}

	private final FailureLog log;

	private final Class<?> body;

	/** What one of Spring's own tasks calls, which the application knows it by. */
	private final @Nullable Method method;

	private final Throwable thrown;

	private final Throwable throwable;

	private final long waited;

	private final long ran;

	private final @Nullable Origin origin;

	/** In milliseconds, which take a fraction of the time of an {@link Instant}. */
	private final long at = System.currentTimeMillis();

	private final String thread;

	/** Whether the shutdown of the pool interrupted the task. */
	private final boolean interrupted;

	/**
	 * Lets others know that the guard answers for the throwable; cleared once it does
	 * not.
	 */
	private final Claims.Claim claim;

	private boolean dead;

	private volatile @Nullable Handling handling;

	private volatile UnobservedWatch.@Nullable Entry watch;

	/**
	 * Note a failure.
	 * @param body what was submitted, or only its class
	 * @param thrown what it threw
	 * @param thread the name of the thread that ran it
	 * @param waited nanoseconds from submission to start
	 * @param ran nanoseconds from start to failure
	 */
	public Failure(FailureLog log, Object body, Throwable thrown, String thread, long waited, long ran,
			@Nullable Origin origin) {
		this.thread = thread;
		this.log = log;
		this.body = (body instanceof Class<?> type) ? type : body.getClass();
		this.method = TaskNames.calledBy(body);
		this.thrown = thrown;
		this.throwable = Throwables.unwrap(thrown);
		this.waited = Math.max(0, waited);
		this.ran = Math.max(0, ran);
		this.origin = origin;
		this.interrupted = log.lifecycle().isInterrupting() || (log.lifecycle().isShutdown() && isInterrupt(thrown));
		this.claim = log.desk().claims().add(this.throwable);
	}

	private static boolean isInterrupt(Throwable thrown) {
		for (Throwable cause : Throwables.chain(thrown)) {
			if (cause instanceof InterruptedException || cause instanceof InterruptedIOException
					|| cause instanceof ClosedByInterruptException) {
				return true;
			}
		}
		return Thread.currentThread().isInterrupted();
	}

	/**
	 * Decide that nobody could see the failure, and report it.
	 */
	public void uncaught() {
		if (handle(Handling.UNCAUGHT)) {
			report();
		}
	}

	/**
	 * Decide that nobody has read the failure, and report it unless the pool does not
	 * want that.
	 */
	void unobserved() {
		if (handle(Handling.UNOBSERVED)) {
			if (this.log.settings().reportUnobserved()) {
				report();
			}
			else {
				disclaim();
				this.log.counts().add(ReportOutcome.SUPPRESSED);
			}
		}
	}

	/**
	 * Decide that somebody has read the failure. No effect once it is handled.
	 */
	public void observe() {
		if (handle(Handling.OBSERVED)) {
			disclaim();
		}
	}

	/**
	 * Watch the failure until somebody reads it, the given object is garbage or the
	 * pool's deadline is over.
	 * @param handle the object through which alone the failure can be read
	 */
	public void watch(Object handle) {
		UnobservedWatch unobserved = this.log.desk().unobserved();
		UnobservedWatch.Entry entry = unobserved.newEntry(this, handle);
		if (this.handling == null && WATCH.compareAndSet(this, null, entry)) {
			unobserved.add(entry);
			if (this.handling != null) {
				entry.stop();
			}
		}
	}

	/**
	 * Note that the task was periodic, and will not run again.
	 */
	void dies() {
		this.dead = true;
	}

	/**
	 * Leave it to others to report the throwable.
	 */
	public void disclaim() {
		this.claim.clear();
	}

	private void report() {
		Reports reports = this.log.desk().reports();
		if (reports.ignores(this.throwable)) {
			disclaim();
			this.log.counts().add(ReportOutcome.SUPPRESSED);
		}
		else {
			this.claim.settle();
			reports.offer(this);
		}
	}

	private boolean handle(Handling handling) {
		if (!HANDLING.compareAndSet(this, null, handling)) {
			return false;
		}
		UnobservedWatch.Entry entry = this.watch;
		if (entry != null) {
			entry.stop();
		}
		this.log.counts().add(handling);
		return true;
	}

	/**
	 * Return the failures of the pool that ran the task.
	 */
	FailureLog log() {
		return this.log;
	}

	Class<?> body() {
		return this.body;
	}

	/**
	 * Return the name of the task.
	 */
	String task() {
		return TaskNames.ofFailed(this.body, this.method, this.thrown);
	}

	public Throwable throwable() {
		return this.throwable;
	}

	@Nullable Handling handling() {
		return this.handling;
	}

	@Nullable Object context() {
		return (this.origin != null) ? this.origin.context() : null;
	}

	/**
	 * Return this failure as reporters see it, once it is handled.
	 * @param heldBack how many of its kind were held back since the last report
	 */
	TaskFailure toTaskFailure(long heldBack) {
		return new TaskFailure(this.log.pool(), task(), Objects.requireNonNull(this.handling), this.throwable,
				Instant.ofEpochMilli(this.at), Duration.ofNanos(this.waited), Duration.ofNanos(this.ran), this.thread,
				(this.origin != null) ? this.origin.site() : null, this.dead, this.interrupted, heldBack);
	}

	/**
	 * Return this failure as an operator sees it.
	 */
	PoolSnapshot.RecentFailure toRecentFailure() {
		Handling handling = this.handling;
		SubmissionSite site = (this.origin != null) ? this.origin.site() : null;
		return new PoolSnapshot.RecentFailure(Instant.ofEpochMilli(this.at), this.throwable.getClass().getName(),
				Throwables.message(this.throwable), task(), this.thread,
				(handling != null) ? handling.toString() : "watched", Duration.ofNanos(this.waited),
				Duration.ofNanos(this.ran), (site != null) ? site.toString() : null);
	}

}

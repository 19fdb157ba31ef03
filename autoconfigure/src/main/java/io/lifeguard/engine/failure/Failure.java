package io.lifeguard.engine.failure;

import java.io.InterruptedIOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.lang.reflect.Method;
import java.nio.channels.ClosedByInterruptException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;

import io.lifeguard.FailedTask;
import io.lifeguard.FailureMoment;
import io.lifeguard.Handling;
import io.lifeguard.PoolSnapshot;
import io.lifeguard.ReportOutcome;
import io.lifeguard.SubmissionSite;
import io.lifeguard.TaskFailure;
import io.lifeguard.support.ThrowableReader;
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

	private final Thrown thrown;

	private final long waited;

	private final long ran;

	private final @Nullable Origin origin;

	/** In milliseconds, which take a fraction of the time of an {@link Instant}. */
	private final long at = System.currentTimeMillis();

	private final long happenedAt = System.nanoTime();

	private final String thread;

	/** Whether the shutdown of the pool interrupted the task. */
	private final boolean interrupted;

	private final FailureMoment moment;

	private volatile @Nullable Text text;

	private boolean dead;

	private volatile @Nullable Handling handling;

	private volatile UnobservedWatch.@Nullable Entry watch;

	/**
	 * Note a failure.
	 * @param body what was submitted, or only its class
	 * @param thrown what it threw
	 * @param origin where the task comes from
	 */
	public Failure(FailureLog log, Object body, Throwable thrown, Run run, @Nullable Origin origin) {
		Thread thread = run.thread();
		this.thread = (thread != null) ? thread.getName() : "unknown";
		this.log = log;
		this.body = (body instanceof Class<?> type) ? type : body.getClass();
		this.method = TaskNames.calledBy(body);
		this.thrown = new Thrown(thrown);
		this.waited = Math.max(0, run.waited());
		this.ran = Math.max(0, run.ran());
		this.origin = origin;
		this.interrupted = log.lifecycle().isInterrupting() || (log.lifecycle().isShutdown() && isInterrupt(thrown));
		this.moment = (thread == null) ? FailureMoment.NONE
				: log.desk()
					.momentOf(new FailedTask(log.pool(), this::task, thrown, Throwables.unwrap(thrown), thread,
							Origin.at(origin, run.startedAt() - this.waited), run.startedAt(), Origin.contextOf(origin),
							run.started(), run.thrown()));
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
	public void unobserved() {
		if (handle(Handling.UNOBSERVED)) {
			if (this.log.settings().reportUnobserved()) {
				report();
			}
			else {
				suppress();
			}
		}
	}

	/**
	 * Decide that somebody has read the failure. No effect once it is handled.
	 */
	public void observe() {
		if (handle(Handling.OBSERVED)) {
			releaseIfDone();
		}
	}

	/**
	 * Decide on a failure whose future has ended otherwise, and shows it to nobody.
	 * @param cancelled whether the future was cancelled, by who does not want the failure
	 */
	public void missed(boolean cancelled) {
		if (cancelled) {
			observe();
		}
		else {
			uncaught();
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
	public void dies() {
		this.dead = true;
	}

	/**
	 * Whether it is what is given that was thrown, or one came of the other.
	 */
	public boolean isOf(Throwable thrown) {
		Throwable own = this.thrown.thrown();
		return own != null && (isIn(Throwables.chain(thrown), own) || isIn(Throwables.chain(own), thrown));
	}

	private static boolean isIn(List<Throwable> chain, Throwable thrown) {
		return chain.stream().anyMatch((link) -> link == thrown);
	}

	private void report() {
		Reports reports = this.log.desk().reports();
		if (reports.ignores(this.thrown.type())) {
			suppress();
		}
		else {
			try {
				reports.offer(this);
			}
			catch (Throwable ex) { // as without memory: the worker goes on
				suppress();
				reports.faulty(ex);
			}
		}
	}

	/**
	 * Note that the failure is not reported.
	 */
	void suppress() {
		this.log.counts().add(ReportOutcome.SUPPRESSED);
	}

	/**
	 * Put into words what may be asked for when the throwable is gone. Takes a look at a
	 * stack trace, and may take longer where the application's own class has a say.
	 */
	void describe(ThrowableReader reader) {
		if (this.text == null) {
			Throwable thrown = this.thrown.thrown();
			String message = this.thrown.message();
			this.text = new Text(task(),
					(message == null && thrown != null) ? reader.message(Throwables.unwrap(thrown)) : message);
			releaseIfDone();
		}
	}

	/**
	 * Let go of the throwable once nobody asks for it any more.
	 */
	private void releaseIfDone() {
		if (this.text != null && this.handling == Handling.OBSERVED) {
			this.thrown.release();
		}
	}

	/**
	 * Keep the throwable for a while, unless memory is short.
	 */
	void keep() {
		this.thrown.thrown();
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
		Text text = this.text;
		return (text != null) ? text.task() : TaskNames.ofFailed(this.body, this.method, this.thrown.thrown());
	}

	/**
	 * Return what was thrown, freed of the wrappers that futures put around it, or a
	 * stand-in for it if memory was short.
	 */
	public Throwable throwable() {
		return this.thrown.throwable();
	}

	/**
	 * Return the class of what was thrown, freed of those wrappers.
	 */
	Class<?> type() {
		return this.thrown.type();
	}

	@Nullable Handling handling() {
		return this.handling;
	}

	FailureMoment moment() {
		return this.moment;
	}

	/**
	 * Return when it happened, in nanoseconds of {@link System#nanoTime()}.
	 */
	long happenedAt() {
		return this.happenedAt;
	}

	/**
	 * Return this failure as reporters see it, once it is handled.
	 * @param throwable what to show as thrown
	 * @param heldBack how many of its kind were held back since the last report
	 */
	TaskFailure toTaskFailure(Throwable throwable, long heldBack) {
		return toTaskFailure(throwable, Objects.requireNonNull(this.handling), heldBack);
	}

	private TaskFailure toTaskFailure(Throwable throwable, Handling handling, long heldBack) {
		return new TaskFailure(this.log.pool(), task(), handling, throwable, Instant.ofEpochMilli(this.at),
				Duration.ofNanos(this.waited), Duration.ofNanos(this.ran), this.thread,
				(this.origin != null) ? this.origin.site() : null, this.dead, this.interrupted, heldBack);
	}

	/**
	 * Return this failure as it stands: unobserved as long as nothing is decided.
	 */
	public TaskFailure asItStands() {
		return toTaskFailure(throwable(), Objects.requireNonNullElse(this.handling, Handling.UNOBSERVED), 0);
	}

	/**
	 * Whether it is decided how the failure is handled.
	 */
	public boolean isDecided() {
		return this.handling != null;
	}

	/**
	 * Whether the failure is to be reported, if it stays as it stands.
	 */
	public boolean isReportable() {
		Handling handling = this.handling;
		return handling != Handling.OBSERVED && !this.log.desk().reports().ignores(type())
				&& (handling == Handling.UNCAUGHT || this.log.settings().reportUnobserved());
	}

	/**
	 * Return this failure as an operator sees it.
	 */
	PoolSnapshot.RecentFailure toRecentFailure() {
		Handling handling = this.handling;
		SubmissionSite site = (this.origin != null) ? this.origin.site() : null;
		Text text = this.text;
		return new PoolSnapshot.RecentFailure(Instant.ofEpochMilli(this.at), this.thrown.type().getName(),
				(text != null) ? text.message() : this.thrown.message(), task(), this.thread,
				(handling != null) ? handling.toString() : "watched", Duration.ofNanos(this.waited),
				Duration.ofNanos(this.ran), (site != null) ? site.toString() : null);
	}

	/**
	 * What is said of the failure once the throwable is gone.
	 */
	private record Text(String task, @Nullable String message) {

	}

}

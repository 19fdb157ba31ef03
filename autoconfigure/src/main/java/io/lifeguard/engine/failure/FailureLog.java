package io.lifeguard.engine.failure;

import java.util.List;

import io.lifeguard.Handling;
import io.lifeguard.PoolSettings;
import io.lifeguard.PoolSnapshot;
import io.lifeguard.ReportOutcome;

/**
 * The failures of one pool: how they were handled, and the last of them.
 */
public final class FailureLog {

	private final String pool;

	private final PoolSettings settings;

	private final PoolLifecycle lifecycle;

	private final FailureDesk desk;

	private final FailureCounts counts = new FailureCounts();

	private final RecentFailures recent = new RecentFailures();

	private final Overflow overflow = new Overflow();

	private final ReportLimiters limiters;

	/**
	 * Create an empty log.
	 * @param pool the pool's name
	 */
	public FailureLog(String pool, PoolSettings settings, PoolLifecycle lifecycle, FailureDesk desk) {
		this.pool = pool;
		this.settings = settings;
		this.lifecycle = lifecycle;
		this.desk = desk;
		this.limiters = desk.reports().newLimiters();
	}

	/**
	 * Remember a failure, and its kind of task.
	 */
	public void add(Failure failure) {
		this.recent.add(failure);
		this.desk.sites().failed(failure.body());
		this.desk.reports().attend(this);
	}

	/**
	 * Count a failure that could not be looked at.
	 * @param fault what has kept the guard from it
	 */
	public void addUnseen(Throwable fault) {
		this.counts.add(Handling.UNCAUGHT);
		this.counts.add(ReportOutcome.SUPPRESSED);
		this.desk.reports().faulty(fault);
	}

	/**
	 * Return the last failures, newest first, 32 at most.
	 */
	public List<PoolSnapshot.RecentFailure> recent() {
		return this.recent.list().stream().map(Failure::toRecentFailure).toList();
	}

	/**
	 * Return how the failures were handled and reported.
	 */
	public FailureCounts counts() {
		return this.counts;
	}

	/**
	 * Return what the failures of all pools share.
	 */
	public FailureDesk desk() {
		return this.desk;
	}

	/**
	 * Return the last failures, to be put into words.
	 */
	RecentFailures recentFailures() {
		return this.recent;
	}

	/**
	 * Return those that found no room on their way to the reporters.
	 */
	Overflow overflow() {
		return this.overflow;
	}

	/**
	 * Return what limits the reports.
	 */
	ReportLimiters limiters() {
		return this.limiters;
	}

	String pool() {
		return this.pool;
	}

	PoolSettings settings() {
		return this.settings;
	}

	PoolLifecycle lifecycle() {
		return this.lifecycle;
	}

}

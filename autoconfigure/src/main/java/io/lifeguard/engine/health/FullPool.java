package io.lifeguard.engine.health;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

import io.lifeguard.FailureMoment;
import io.lifeguard.HealthSettings;
import io.lifeguard.LoggingTaskFailureReporter;
import io.lifeguard.PoolAlarm;
import io.lifeguard.PoolFullException;
import io.lifeguard.PoolSnapshot;
import io.lifeguard.engine.executor.ExecutorView;
import io.lifeguard.engine.task.Ledger;
import io.lifeguard.support.Durations;
import io.lifeguard.support.Sideline;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Tells when a pool gets full, and what its threads were doing then. It is full when it
 * refuses a task or has its submitter run it; and when for a while its queue is filled,
 * or submitters wait at its limit. A pool whose queue has no bounds never is.
 */
public final class FullPool {

	/** Nanoseconds between two looks. */
	private static final long PERIOD = TimeUnit.MILLISECONDS.toNanos(200);

	/** Nanoseconds that stacks which do not answer are waited for, by nobody else. */
	private static final long PATIENCE = TimeUnit.SECONDS.toNanos(1);

	/** The shortest time, in nanoseconds, that tells how many threads the work needs. */
	private static final long MINIMUM_TIME = TimeUnit.SECONDS.toNanos(10);

	private static final StackTraceElement[] NO_STACK = {};

	private static final Log logger = LogFactory.getLog(LoggingTaskFailureReporter.LOGGER);

	private final Ledger ledger;

	private final ExecutorView view;

	private final Load load;

	private final BooleanSupplier applicationClosing;

	private final Saturation queue;

	private final Saturation limit;

	private final Episode episode = new Episode();

	private final Sideline sideline = new Sideline();

	private long lookedAt = System.nanoTime() - PERIOD;

	/** How many tasks were refused until the last look. */
	private long refused;

	/** How many were refused before the episode began. */
	private long refusedBefore;

	/** What is looked at, since the pool has just become full. */
	private @Nullable Occupation occupation;

	private long occupiedAt;

	private String state = "";

	/**
	 * Begin to watch a pool.
	 * @param ledger that of the pool's tasks
	 * @param view shows the pool's executor
	 * @param load what the pool has to do
	 * @param applicationClosing whether the application closes, so that each pool refuses
	 * tasks as it should
	 */
	public FullPool(Ledger ledger, ExecutorView view, Load load, HealthSettings settings,
			BooleanSupplier applicationClosing) {
		this.ledger = ledger;
		this.view = view;
		this.load = load;
		this.applicationClosing = applicationClosing;
		this.queue = new Saturation(settings);
		this.limit = new Saturation(settings);
	}

	/**
	 * Look whether the pool is full.
	 * @param now the time in nanoseconds
	 */
	public void tick(long now) {
		if (now - this.lookedAt < PERIOD) {
			return;
		}
		this.lookedAt = now;
		long before = this.refused;
		this.refused = this.ledger.counts().refused();
		long fullFor = fullFor(now);
		fullFor = (this.refused > before) ? Math.max(0, fullFor) : fullFor;
		if (fullFor >= 0 && (this.applicationClosing.getAsBoolean() || this.ledger.lifecycle().isShutdown())) {
			return;
		}
		if (fullFor >= 0 && !this.episode.isOpen()) {
			this.refusedBefore = before;
		}
		if (this.episode.update(fullFor, now) && this.occupation == null) {
			this.occupation = new Occupation(this.ledger, this.view);
			this.occupiedAt = now;
			this.state = state();
			this.sideline.attempt(this.occupation);
		}
		Occupation occupation = this.occupation;
		if (occupation != null && (occupation.isDone() || now - this.occupiedAt >= PATIENCE)) {
			this.occupation = null;
			tell(occupation, now);
		}
		if (this.episode.ends(now) && this.episode.isTold()) {
			boolean moment = this.episode.length() < TimeUnit.SECONDS.toNanos(1);
			logger.info("Pool " + this.ledger.pool() + " is not full any more: it was for "
					+ (moment ? "a moment" : Durations.text(this.episode.length()))
					+ ((refusedMeanwhile() > 0) ? ", and has refused " + count(refusedMeanwhile(), "task") : ""));
		}
	}

	/**
	 * Whether stacks are being looked at.
	 */
	boolean isLooking() {
		Occupation occupation = this.occupation;
		return occupation != null && !occupation.isDone();
	}

	private long refusedMeanwhile() {
		return this.refused - this.refusedBefore;
	}

	/**
	 * Return for how many nanoseconds it has been filled, 0 if that is only so since
	 * submitters run tasks for which it has no thread, and a negative number if it is
	 * not, or not for long enough.
	 */
	private long fullFor(long now) {
		int running = this.ledger.running().size();
		boolean idle = running == 0 && this.ledger.counts().unseen().present() == 0;
		PoolSnapshot.Queue queue = idle ? null : this.view.queue();
		int threads = idle ? Integer.MAX_VALUE : this.view.threadLimit();
		long filled = this.queue.update(queue, now);
		long awaited = this.limit.update(queue == null && running >= threads && waiting() > 0, now);
		boolean noPlace = queue == null || (queue.capacity() != null && queue.size() >= queue.capacity());
		long overfull = (running > threads && noPlace) ? 0 : -1;
		return Math.max(Math.max(filled, awaited), overfull);
	}

	private long waiting() {
		return this.ledger.counts().snapshot(false).queued();
	}

	private void tell(Occupation occupation, long now) {
		List<Occupation.Kind> kinds = occupation.kinds();
		List<String> atWork = new ArrayList<>(kinds.stream().map(Occupation.Kind::toString).toList());
		if (occupation.others(kinds) > 0) {
			atWork.add(occupation.others(kinds) + " more");
		}
		Load.Measured load = this.load.upTo(now);
		PoolFullException exception = new PoolFullException("Pool " + this.ledger.pool() + this.state, atWork,
				occupation.longestWaiting(), (load.nanos() >= MINIMUM_TIME) ? load.demand() : 0,
				kinds.isEmpty() ? NO_STACK : kinds.get(0).stack());
		for (Occupation.Kind kind : kinds.subList(Math.min(1, kinds.size()), kinds.size())) {
			exception.addSuppressed(new PoolFullException(kind.toString(), List.of(), null, 0, kind.stack()));
		}
		this.ledger.desk()
			.failures()
			.reports()
			.offer(new PoolAlarm(this.ledger.pool(), PoolAlarm.Kind.FULL, kinds.isEmpty() ? "" : kinds.get(0).task(),
					"", Instant.now().minusNanos(now - this.episode.since()), null, exception, this.episode.tell(now)),
					FailureMoment.NONE);
	}

	/**
	 * Return how full the pool is now, which may have room again since it refused a task.
	 */
	private String state() {
		int atWork = this.ledger.running().size();
		Integer active = this.view.active();
		int submitters = (active != null) ? Math.max(0, atWork - active) : 0;
		int limit = this.view.threadLimit();
		int busy = (active != null) ? active : Math.min(atWork, limit);
		boolean limited = limit < Integer.MAX_VALUE;
		long refused = refusedMeanwhile();
		StringBuilder state = new StringBuilder();
		if (limited) {
			state.append((busy >= limit) ? " is full" : " was full a moment ago");
		}
		if (refused > 0) {
			state.append(limited ? " and" : "").append(" has refused ").append(count(refused, "task"));
		}
		int threads = threads();
		state.append(": ");
		state.append((threads < Integer.MAX_VALUE) ? busy + " of " + count(threads, "thread") : count(busy, "thread"));
		state.append(" at work");
		if (submitters > 0) {
			state.append(", ").append(count(submitters, "task")).append(" run by submitters");
		}
		PoolSnapshot.Queue queue = this.view.queue();
		if (queue != null && queue.capacity() != null && queue.capacity() > 0) {
			state.append(", ")
				.append(queue.size())
				.append(" of ")
				.append(count(queue.capacity(), "place"))
				.append(" in its queue taken");
		}
		else if (waiting() > 0) {
			state.append(", ").append(count(waiting(), "task")).append(" waiting");
		}
		return state.toString();
	}

	/**
	 * Return how many threads the pool may have, which it only starts once its queue is
	 * full.
	 */
	private int threads() {
		PoolSnapshot.Size size = this.view.size();
		return (size != null && size.max() != null) ? size.max() : this.view.threadLimit();
	}

	private static String count(long number, String noun) {
		return number + " " + noun + ((number == 1) ? "" : "s");
	}

}

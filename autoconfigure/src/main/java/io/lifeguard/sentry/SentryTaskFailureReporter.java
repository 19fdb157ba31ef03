package io.lifeguard.sentry;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.lifeguard.LossReason;
import io.lifeguard.LostTasks;
import io.lifeguard.PoolAlarm;
import io.lifeguard.PoolFullException;
import io.lifeguard.engine.pool.PoolRegistry;
import io.lifeguard.SubmissionSite;
import io.lifeguard.TaskFailure;
import io.lifeguard.TaskFailureReporter;
import io.sentry.IScope;
import io.sentry.Sentry;
import io.sentry.SentryEvent;
import io.sentry.SentryLevel;
import io.sentry.exception.ExceptionMechanismException;
import io.sentry.protocol.Mechanism;
import io.sentry.protocol.Message;
import org.jspecify.annotations.Nullable;

/**
 * Reports each failure as one event of level {@code error} to whichever Sentry is
 * initialized; to none if none is.
 */
public final class SentryTaskFailureReporter implements TaskFailureReporter {

	private static final Duration DELAY = Duration.ofSeconds(1);

	static final String MECHANISM = "lifeguard";

	private static final String LOST = "Lost %s tasks that had not run when their pools closed";

	private final PoolRegistry registry;

	private final Installation installation;

	/**
	 * Create a reporter, and let the registry's tasks remember their submitter's scope.
	 */
	public SentryTaskFailureReporter(PoolRegistry registry) {
		this.registry = registry;
		Sightings sightings = new Sightings();
		ScopeCapture capture = new ScopeCapture(sightings);
		this.installation = new Installation(new TaskEvents(registry, sightings));
		this.installation.install();
		registry.setFailureContext(capture);
		registry.onRemoval((pool) -> capture.forget(pool.name()));
		registry.setTracker(SentryDefaultHandler::behind);
		registry.onTick((last) -> {
			if (last) {
				capture.close();
				this.installation.uninstall();
			}
		});
	}

	/**
	 * Note that there is a Sentry now, which there may not have been before.
	 */
	void sentryArrived() {
		this.installation.install();
	}

	/**
	 * {@inheritDoc} A second: as long as the task, what its executor does about the
	 * failure and whoever reads it have to send an event of their own.
	 */
	@Override
	public Duration delay() {
		return DELAY;
	}

	@Override
	public void report(TaskFailure failure) {
		Moment moment = Moment.current();
		if (!isReady() || (moment != null && moment.isToldByApplication())) {
			return;
		}
		SentryEvent event = new SentryEvent(withMechanism(failure.throwable(), false));
		event.setLevel(SentryLevel.ERROR);
		event.setTag("pool", failure.pool());
		event.setTag("task", failure.task());
		event.setTag("handling", failure.handling().toString());
		event.getContexts().put(PoolContext.NAME, context(failure));
		// An unhandled exception would mark the session as crashed
		Sentry.captureEvent(event, OwnEvents.newHint(), IScope::clearSession);
	}

	/**
	 * Report what does not pass by itself, a deadlock or a dead schedule, as one event of
	 * level {@code error}, all else as one of level {@code warning}: the stack trace is
	 * the thread's.
	 */
	@Override
	public void reportAlarm(PoolAlarm alarm) {
		if (!isReady()) {
			return;
		}
		SentryEvent event = new SentryEvent(withMechanism(alarm.throwable(), true));
		event.setLevel(alarm.kind().isFinal() ? SentryLevel.ERROR : SentryLevel.WARNING);
		event.setTag("pool", alarm.pool());
		if (!alarm.task().isEmpty()) {
			event.setTag("task", alarm.task());
		}
		event.setTag("alarm", alarm.kind().toString());
		Map<String, Object> context = context(alarm.pool(), alarm.thread(), alarm.submissionSite());
		if (alarm.throwable() instanceof PoolFullException full) {
			context.put("fullSince", alarm.since().toString());
			context.put("atWork", full.atWork());
			if (full.longestWaiting() != null) {
				context.put("longestWaiting", full.longestWaiting());
			}
			if (full.demand() > 0) {
				context.put("demand", Math.round(full.demand() * 100) / 100.0);
			}
			event.setFingerprints(List.of(alarm.kind().toString(), alarm.pool()));
		}
		else if (alarm.kind().isSchedule()) {
			context.put("since", alarm.since().toString());
			// Its text and stack trace are never the same twice
			event.setFingerprints(List.of(alarm.kind().toString(), alarm.pool(), alarm.task()));
		}
		else {
			context.put("runningSince", alarm.since().toString());
		}
		event.getContexts().put(PoolContext.NAME, context);
		Sentry.captureEvent(event, OwnEvents.newHint());
	}

	@Override
	public void reportLost(List<LostTasks> lost) {
		if (!isReady()) {
			return;
		}
		Message message = new Message();
		message.setMessage(LOST);
		String count = String.valueOf(lost.stream().mapToLong(LostTasks::count).sum());
		message.setParams(List.of(count));
		message.setFormatted(LOST.formatted(count));
		SentryEvent event = new SentryEvent();
		event.setLevel(SentryLevel.ERROR);
		event.setMessage(message);
		event.setTag("lost", LossReason.SHUTDOWN.toString());
		if (lost.size() == 1) {
			event.setTag("pool", lost.get(0).pool());
		}
		Map<String, Object> context = new LinkedHashMap<>();
		lost.forEach((tasks) -> context.put(tasks.pool(), tasks.toString()));
		event.getContexts().put("Lost Tasks", context);
		Sentry.captureEvent(event, OwnEvents.newHint(), IScope::clearSession);
	}

	private boolean isReady() {
		boolean enabled = Sentry.isEnabled();
		if (enabled) {
			this.installation.install();
		}
		return enabled;
	}

	private static Throwable withMechanism(Throwable throwable, boolean handled) {
		Mechanism mechanism = new Mechanism();
		mechanism.setType(MECHANISM);
		mechanism.setHandled(handled);
		return new ExceptionMechanismException(mechanism, throwable, null);
	}

	private Map<String, Object> context(TaskFailure failure) {
		Map<String, Object> context = context(failure.pool(), failure.thread(), failure.submissionSite());
		context.put("waited", failure.waited().toString());
		context.put("ran", failure.ran().toString());
		if (failure.dead()) {
			context.put("dead", true);
		}
		if (failure.interrupted()) {
			context.put("interrupted", "by the shutdown of the pool");
		}
		if (failure.heldBack() > 0) {
			context.put("heldBack", failure.heldBack());
		}
		return context;
	}

	private Map<String, Object> context(String pool, String thread, @Nullable SubmissionSite site) {
		Map<String, Object> context = PoolContext.of(this.registry, pool);
		if (!thread.isEmpty()) {
			context.put("thread", thread);
		}
		if (site != null) {
			context.put("submittedFrom", site.toString());
			context.put("submissionStack", site.frames().stream().map(StackTraceElement::toString).toList());
		}
		return context;
	}

}

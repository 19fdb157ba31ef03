package io.lifeguard.sentry;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReferenceArray;

import io.lifeguard.FailedTask;
import io.lifeguard.FailureContext;
import io.lifeguard.FailureMoment;
import io.sentry.IScopes;
import io.sentry.Sentry;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

import org.springframework.util.ClassUtils;

/**
 * Copies what a thread's scopes hold, and knows what of it is a failure's.
 * <p>
 * Copying takes some hundred nanoseconds and a kilobyte, so the last copy is given out
 * again as long as it is still right: the thread has the same scopes, no scope has
 * changed since, and what no {@link ScopeChanges observer} is told of is the same. Copies
 * are kept in a fixed number of slots, by thread: a virtual thread leaves nothing that
 * grows.
 */
final class ScopeCapture implements FailureContext {

	/**
	 * Copies kept at most, and with each the scopes of a thread.
	 */
	static final int SLOTS = 256;

	private static final boolean mdcPresent = ClassUtils.isPresent("org.slf4j.MDC",
			ScopeCapture.class.getClassLoader());

	private final AtomicReferenceArray<@Nullable ScopeValues> slots = new AtomicReferenceArray<>(SLOTS);

	private final Map<String, FullMoments> moments = new ConcurrentHashMap<>();

	private final ScopeChanges changes = new ScopeChanges();

	private final Sightings sightings;

	ScopeCapture(Sightings sightings) {
		this.sightings = sightings;
	}

	@Override
	public @Nullable Object capture() {
		IScopes scopes = Sentry.getCurrentScopes(false);
		List<String> tags = contextTags();
		if (scopes.isNoOp() && tags.isEmpty()) {
			return null;
		}
		long thread = id(Thread.currentThread());
		int slot = (int) thread & (SLOTS - 1);
		long changes = this.changes.count();
		ScopeValues last = this.slots.getAcquire(slot);
		if (last != null && last.areThoseOf(scopes, changes) && (tags.isEmpty() || Mdc.holds(last.mdc(), tags))) {
			return last;
		}
		this.changes.observe(scopes.getOptions());
		ScopeValues values = new ScopeValues(scopes, this.changes.count(), thread, mdc(tags));
		this.slots.setRelease(slot, values);
		return values;
	}

	@Override
	public FailureMoment failed(FailedTask task) {
		ScopeValues submitted = (ScopeValues) task.submitted();
		ScopeValues started = (ScopeValues) task.started();
		ScopeValues failed = (task.failed() instanceof ScopeValues thrown) ? thrown : valuesOf(task.thread(), started);
		if (failed != null && (started == null || started.scopes().isNoOp())) {
			started = origin(failed, started);
		}
		if (failed != null && submitted != null && failed.scopes() == submitted.scopes()
				&& failed.thread() != submitted.thread()) {
			failed = started; // the submitter goes on to change them
		}
		Moment moment = new Moment(task, MomentData.of(submitted, started, failed,
				Breadcrumbs.of(submitted, task.submittedAt(), started, failed, task.startedAt())));
		this.moments.computeIfAbsent(task.pool(), (pool) -> new FullMoments()).add(moment);
		this.sightings.failed(moment, task);
		return moment;
	}

	/**
	 * Return what the given thread's scopes hold now, {@code null} if that can't be told.
	 * @param started what they held when the thread began with its task
	 */
	private @Nullable ScopeValues valuesOf(Thread thread, @Nullable ScopeValues started) {
		if (thread == Thread.currentThread()) {
			return new ScopeValues(Sentry.getCurrentScopes(false), 0, id(thread), mdc(contextTags()));
		}
		return (started != null) ? new ScopeValues(started.scopes(), 0, id(thread), started.mdc()) : null;
	}

	/**
	 * Return what a thread that had no scopes when it began has got with them.
	 */
	private static @Nullable ScopeValues origin(ScopeValues values, @Nullable ScopeValues started) {
		IScopes parent = values.scopes().isNoOp() ? null : values.scopes().getParentScopes();
		return (parent != null && parent.getParentScopes() == null)
				? new ScopeValues(parent, 0, values.thread(), (started != null) ? started.mdc() : Map.of()) : started;
	}

	/**
	 * Forget the moments of the given pool.
	 */
	void forget(String pool) {
		this.moments.remove(pool);
	}

	/**
	 * Copy nothing any more.
	 */
	void close() {
		this.changes.leave(Sentry.getGlobalScope().getOptions());
	}

	private static List<String> contextTags() {
		return mdcPresent ? Sentry.getGlobalScope().getOptions().getContextTags() : List.of();
	}

	private static Map<String, String> mdc(List<String> tags) {
		return tags.isEmpty() ? Map.of() : Mdc.values(tags);
	}

	@SuppressWarnings("deprecation") // threadId() came with Java 19
	private static long id(Thread thread) {
		return thread.getId();
	}

	/**
	 * Loaded only where there is an MDC.
	 */
	private static final class Mdc {

		static Map<String, String> values(List<String> keys) {
			Map<String, String> values = new HashMap<>();
			for (String key : keys) {
				String value = MDC.get(key);
				if (value != null) {
					values.put(key, value);
				}
			}
			return values;
		}

		static boolean holds(Map<String, String> values, List<String> keys) {
			for (int i = 0; i < keys.size(); i++) {
				if (!Objects.equals(MDC.get(keys.get(i)), values.get(keys.get(i)))) {
					return false;
				}
			}
			return true;
		}

	}

}

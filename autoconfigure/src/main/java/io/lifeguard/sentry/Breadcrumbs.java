package io.lifeguard.sentry;

import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import io.sentry.Breadcrumb;
import org.jspecify.annotations.Nullable;

import org.springframework.util.ReflectionUtils;

/**
 * Tells breadcrumbs by when they were made: to the nanosecond as Sentry itself orders
 * them, or to the millisecond of their time stamp where that can't be read.
 */
final class Breadcrumbs {

	private static final @Nullable Field nanos = ReflectionUtils.findField(Breadcrumb.class, "nanos");

	private Breadcrumbs() {
	}

	/**
	 * Return those of the submitter that were there when it submitted the task, and those
	 * that the task's own thread has added since it began, in their order and no more
	 * than Sentry keeps.
	 * @param submittedAt in nanoseconds of {@link System#nanoTime()}
	 * @param started what the thread held when it began, or what its scopes were made
	 * from since
	 * @param startedAt in the same nanoseconds
	 */
	static List<Breadcrumb> of(@Nullable ScopeValues submitted, long submittedAt, @Nullable ScopeValues started,
			@Nullable ScopeValues failed, long startedAt) {
		List<Breadcrumb> all = new ArrayList<>();
		int max = 0;
		if (submitted != null) {
			submitted.breadcrumbs().stream().filter((crumb) -> madeAt(crumb) - submittedAt <= 0).forEach(all::add);
			max = submitted.scopes().getOptions().getMaxBreadcrumbs();
		}
		if (failed != null) {
			List<Breadcrumb> copied = (started != null && started.scopes() != failed.scopes()) ? started.breadcrumbs()
					: List.of();
			failed.breadcrumbs()
				.stream()
				.filter((crumb) -> madeAt(crumb) - startedAt >= 0 && !copied.contains(crumb))
				.forEach(all::add);
			max = Math.max(max, failed.scopes().getOptions().getMaxBreadcrumbs());
		}
		all.sort(null);
		return List.copyOf(all.subList(Math.max(0, all.size() - max), all.size()));
	}

	@SuppressWarnings("JavaUtilDate") // is what Sentry has
	private static long madeAt(Breadcrumb breadcrumb) {
		if (nanos != null && nanos.trySetAccessible()
				&& ReflectionUtils.getField(nanos, breadcrumb) instanceof Long madeAt) {
			return madeAt;
		}
		return System.nanoTime()
				- TimeUnit.MILLISECONDS.toNanos(System.currentTimeMillis() - breadcrumb.getTimestamp().getTime());
	}

}

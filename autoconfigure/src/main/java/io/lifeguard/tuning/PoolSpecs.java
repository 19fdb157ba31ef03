package io.lifeguard.tuning;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.lifeguard.engine.pool.Pool;
import org.jspecify.annotations.Nullable;

import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.util.PatternMatchUtils;

/**
 * The specs of all pools, to be found by a bean's name in any spelling.
 */
public final class PoolSpecs {

	private static final Set<String> PLATFORM_ONLY = Set.of("core-size", "max-size", "queue-capacity", "keep-alive",
			"allow-core-thread-timeout", "scaling");

	private final Map<String, PoolSpec> specs = new LinkedHashMap<>();

	private final List<String> exclude;

	/**
	 * Collect the given specs. Of two whose names differ only in case, {@code -} and
	 * {@code _}, the first counts.
	 * @param exclude names of beans left alone, in which {@code *} stands for anything
	 */
	public PoolSpecs(Collection<PoolSpec> specs, List<String> exclude) {
		this.exclude = List.copyOf(exclude);
		for (PoolSpec spec : specs) {
			this.specs.putIfAbsent(PropertyNames.canonical(spec.name()), spec);
		}
	}

	/**
	 * Whether two names are equal ignoring case, {@code -} and {@code _}.
	 */
	public static boolean isSamePool(String name, String other) {
		return PropertyNames.canonical(name).equals(PropertyNames.canonical(other));
	}

	/**
	 * Return the spec for the bean of the given name, or {@code null} if there is none.
	 */
	@Nullable PoolSpec find(String beanName) {
		return this.specs.get(PropertyNames.canonical(beanName));
	}

	/**
	 * Let the given pool advise what its executor can take, and add advice on keys that
	 * have no effect on it.
	 */
	public void advise(Pool pool) {
		if (pool.isBean()) {
			Set<String> supported = ExecutorTuner.supported(pool.executor());
			pool.setPropertyFinder((key) -> supported.contains(key) ? PropertyNames.of(pool.name(), key) : null);
		}
		PoolSpec spec = find(pool.name());
		if (spec == null) {
			return;
		}
		if (pool.executor() instanceof DeclaredThreads) {
			List<String> without = spec.given().keySet().stream().filter(PLATFORM_ONLY::contains).toList();
			if (!without.isEmpty()) {
				pool.addAdvice(String.join(", ", without) + " of lifeguard.pools." + pool.name()
						+ " has no effect on virtual threads. Set 'threads: platform', or "
						+ PropertyNames.of(pool.name(), "concurrency-limit") + " instead");
			}
		}
		else if (spec.concurrencyLimit() != null && !(pool.executor() instanceof SimpleAsyncTaskExecutor)) {
			pool.addAdvice(
					"concurrency-limit of lifeguard.pools." + pool.name() + " has no effect on platform threads. Set "
							+ PropertyNames.of(pool.name(), "max-size") + " instead");
		}
	}

	/**
	 * Whether the bean of the given name is to be left alone.
	 */
	boolean isExcluded(String beanName) {
		return PatternMatchUtils.simpleMatch(this.exclude.toArray(String[]::new), beanName);
	}

	Collection<PoolSpec> all() {
		return this.specs.values();
	}

}

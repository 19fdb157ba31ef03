package io.lifeguard.tuning;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * The specs of all pools, to be found by a bean's name in any spelling.
 */
public final class PoolSpecs {

	private final Map<String, PoolSpec> specs = new LinkedHashMap<>();

	/**
	 * Collect the given specs. Of two whose names differ only in case, {@code -} and
	 * {@code _}, the first counts.
	 */
	public PoolSpecs(Collection<PoolSpec> specs) {
		specs.forEach((spec) -> this.specs.putIfAbsent(PropertyNames.canonical(spec.name()), spec));
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

	Collection<PoolSpec> all() {
		return this.specs.values();
	}

}

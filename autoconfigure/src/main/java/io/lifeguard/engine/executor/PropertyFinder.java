package io.lifeguard.engine.executor;

import org.jspecify.annotations.Nullable;

/**
 * Finds the property by which a pool can be tuned, so that advice names what this very
 * pool can take.
 */
@FunctionalInterface
public interface PropertyFinder {

	/**
	 * Finds none: the pool is tuned where it is made.
	 */
	PropertyFinder NONE = (key) -> null;

	/**
	 * Return the full name of a property, or {@code null} if the pool can't take it.
	 * @param key the last part of its name, such as {@code core-size}
	 */
	@Nullable String find(String key);

	/**
	 * Return what to do, in a sentence without a full stop.
	 * @param otherwise the cure where there is no such property
	 */
	default String cure(String key, String otherwise) {
		String property = find(key);
		return (property != null) ? "Set " + property : otherwise;
	}

}

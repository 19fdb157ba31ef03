package io.lifeguard.tuning;

import java.util.Locale;

import io.lifeguard.support.PoolProperties;

/**
 * Spells pools, keys and values as a user writes them in properties.
 */
public final class PropertyNames {

	private PropertyNames() {
	}

	/**
	 * Return the name under which the properties of the given pool are.
	 */
	public static String of(String pool) {
		return PoolProperties.of(pool);
	}

	static String of(String pool, String key) {
		return of(pool) + "." + key;
	}

	static String of(Enum<?> value) {
		return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
	}

	/**
	 * Return the form in which a bean name and a key are equal if they name the same
	 * pool: without case, dashes and underscores.
	 */
	public static String canonical(String name) {
		return name.replace("-", "").replace("_", "").toLowerCase(Locale.ROOT);
	}

}

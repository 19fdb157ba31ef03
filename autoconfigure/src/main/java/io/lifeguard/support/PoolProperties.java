package io.lifeguard.support;

/**
 * Names the properties of a pool as they have to be written.
 */
public final class PoolProperties {

	private PoolProperties() {
	}

	/**
	 * Return the name under which the properties of the given pool are.
	 */
	public static String of(String pool) {
		boolean plain = pool.chars().allMatch((letter) -> Character.isLetterOrDigit(letter) || letter == '-');
		return "lifeguard.pools" + (plain ? "." + pool : "[" + pool + "]");
	}

}

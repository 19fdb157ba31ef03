package io.lifeguard;

import java.util.Collections;
import java.util.Map;

/**
 * The tasks that a pool had accepted and not run when it closed.
 *
 * @param pool the name of the pool
 * @param count how many there were
 * @param names how many there were of each name, the most frequent first; adds up to less
 * than the count where some names are unknown or there are more than 100
 */
public record LostTasks(String pool, long count, Map<String, Long> names) {

	/**
	 * Create a record that nobody can change.
	 */
	public LostTasks {
		names = Collections.unmodifiableMap(names);
	}

	/**
	 * Return the pool, the count and the names in one line.
	 */
	@Override
	public String toString() {
		StringBuilder line = new StringBuilder(this.pool).append(": ").append(this.count);
		if (!this.names.isEmpty()) {
			String separator = " (";
			for (Map.Entry<String, Long> name : this.names.entrySet()) {
				line.append(separator).append(name.getValue()).append(" x ").append(name.getKey());
				separator = ", ";
			}
			long others = this.count - this.names.values().stream().mapToLong(Long::longValue).sum();
			line.append((others > 0) ? ", " + others + " more" : "").append(')');
		}
		return line.toString();
	}

}

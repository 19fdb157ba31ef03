package io.lifeguard.actuate;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;

import org.springframework.boot.health.actuate.endpoint.StatusAggregator;
import org.springframework.boot.health.contributor.Status;

/**
 * Aggregates by the configured order with {@code DEGRADED} put in just before {@code UP},
 * unless the order has it already: Boot's own aggregation would take a status it does not
 * know for none at all.
 */
public final class DegradedStatusAggregator implements StatusAggregator {

	private static final List<String> DEFAULT_ORDER = List.of(Status.DOWN.getCode(), Status.OUT_OF_SERVICE.getCode(),
			Status.UP.getCode(), Status.UNKNOWN.getCode());

	/** Most severe first, in {@link #uniform uniform} spelling. */
	private final List<String> order;

	/**
	 * Create an aggregator.
	 * @param order the configured order, most severe first; empty for Boot's default
	 */
	public DegradedStatusAggregator(List<String> order) {
		List<String> complete = new ArrayList<>();
		for (String code : order.isEmpty() ? DEFAULT_ORDER : order) {
			complete.add(uniform(code));
		}
		String degraded = uniform(PoolsHealthContributor.DEGRADED.getCode());
		if (!complete.contains(degraded)) {
			int up = complete.indexOf(uniform(Status.UP.getCode()));
			complete.add((up >= 0) ? up : complete.size(), degraded);
		}
		this.order = List.copyOf(complete);
	}

	@Override
	public Status getAggregateStatus(Set<Status> statuses) {
		return statuses.stream()
			.filter((status) -> severity(status) >= 0)
			.min(Comparator.comparingInt(this::severity))
			.orElse(Status.UNKNOWN);
	}

	private int severity(Status status) {
		return this.order.indexOf(uniform(status.getCode()));
	}

	/**
	 * Spell a code as Boot compares it: without case and punctuation.
	 */
	private static String uniform(String code) {
		StringBuilder uniform = new StringBuilder();
		for (int i = 0; i < code.length(); i++) {
			char character = code.charAt(i);
			if (Character.isLetterOrDigit(character)) {
				uniform.append(Character.toLowerCase(character));
			}
		}
		return uniform.toString();
	}

}

package io.lifeguard.actuate;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

import org.springframework.boot.health.actuate.endpoint.SimpleStatusAggregator;
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

	private final StatusAggregator delegate;

	/**
	 * Create an aggregator.
	 * @param order the configured order, most severe first; empty for Boot's default
	 */
	public DegradedStatusAggregator(List<String> order) {
		List<String> complete = new ArrayList<>(order.isEmpty() ? DEFAULT_ORDER : order);
		String degraded = PoolsHealthContributor.DEGRADED.getCode();
		if (complete.stream().noneMatch((code) -> code.equalsIgnoreCase(degraded))) {
			int up = 0;
			while (up < complete.size() && !complete.get(up).equalsIgnoreCase(Status.UP.getCode())) {
				up++;
			}
			complete.add(up, degraded);
		}
		this.delegate = new SimpleStatusAggregator(complete);
	}

	@Override
	public Status getAggregateStatus(Set<Status> statuses) {
		return this.delegate.getAggregateStatus(statuses);
	}

}

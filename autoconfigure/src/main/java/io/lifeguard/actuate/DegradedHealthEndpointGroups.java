package io.lifeguard.actuate;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.SecurityContext;
import org.springframework.boot.health.actuate.endpoint.AdditionalHealthEndpointPath;
import org.springframework.boot.health.actuate.endpoint.HealthEndpointGroup;
import org.springframework.boot.health.actuate.endpoint.HealthEndpointGroups;
import org.springframework.boot.health.actuate.endpoint.HealthEndpointGroupsPostProcessor;
import org.springframework.boot.health.actuate.endpoint.HttpCodeStatusMapper;
import org.springframework.boot.health.actuate.endpoint.StatusAggregator;

/**
 * Puts {@code DEGRADED} into the order of those health groups that have one of their own.
 */
public final class DegradedHealthEndpointGroups implements HealthEndpointGroupsPostProcessor {

	private final Function<String, List<String>> order;

	/**
	 * Create a post-processor.
	 * @param order returns the order configured for the group of a given name, empty if
	 * it has none of its own
	 */
	public DegradedHealthEndpointGroups(Function<String, List<String>> order) {
		this.order = order;
	}

	@Override
	public HealthEndpointGroups postProcessHealthEndpointGroups(HealthEndpointGroups groups) {
		Map<String, HealthEndpointGroup> named = new LinkedHashMap<>();
		for (String name : groups.getNames()) {
			HealthEndpointGroup group = groups.get(name);
			if (group != null) {
				List<String> order = this.order.apply(name);
				boolean unaware = !order.isEmpty() && !PoolsHealthContributor.DEGRADED
					.equals(group.getStatusAggregator().getAggregateStatus(Set.of(PoolsHealthContributor.DEGRADED)));
				named.put(name, unaware ? new DegradedGroup(group, new DegradedStatusAggregator(order)) : group);
			}
		}
		return HealthEndpointGroups.of(groups.getPrimary(), named);
	}

	/**
	 * A group in all but its aggregator.
	 */
	private record DegradedGroup(HealthEndpointGroup group,
			StatusAggregator statusAggregator) implements HealthEndpointGroup {

		@Override
		public boolean isMember(String name) {
			return this.group.isMember(name);
		}

		@Override
		public boolean showComponents(SecurityContext securityContext) {
			return this.group.showComponents(securityContext);
		}

		@Override
		public boolean showDetails(SecurityContext securityContext) {
			return this.group.showDetails(securityContext);
		}

		@Override
		public StatusAggregator getStatusAggregator() {
			return this.statusAggregator;
		}

		@Override
		public HttpCodeStatusMapper getHttpCodeStatusMapper() {
			return this.group.getHttpCodeStatusMapper();
		}

		@Override
		public @Nullable AdditionalHealthEndpointPath getAdditionalPath() {
			return this.group.getAdditionalPath();
		}

	}

}

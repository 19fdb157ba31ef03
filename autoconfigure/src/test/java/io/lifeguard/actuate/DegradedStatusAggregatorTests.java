package io.lifeguard.actuate;

import java.util.List;
import java.util.Set;

import org.junit.jupiter.api.Test;

import org.springframework.boot.health.contributor.Status;

import static io.lifeguard.actuate.PoolsHealthContributor.DEGRADED;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link DegradedStatusAggregator}.
 */
class DegradedStatusAggregatorTests {

	@Test
	void ranksDegradedBetweenOutOfServiceAndUpByDefault() {
		DegradedStatusAggregator aggregator = new DegradedStatusAggregator(List.of());
		assertThat(aggregator.getAggregateStatus(Set.of(DEGRADED))).isEqualTo(DEGRADED);
		assertThat(aggregator.getAggregateStatus(Set.of(DEGRADED, Status.UP))).isEqualTo(DEGRADED);
		assertThat(aggregator.getAggregateStatus(Set.of(DEGRADED, Status.UNKNOWN))).isEqualTo(DEGRADED);
		assertThat(aggregator.getAggregateStatus(Set.of(DEGRADED, Status.OUT_OF_SERVICE)))
			.isEqualTo(Status.OUT_OF_SERVICE);
		assertThat(aggregator.getAggregateStatus(Set.of(DEGRADED, Status.DOWN, Status.UP))).isEqualTo(Status.DOWN);
	}

	@Test
	void ranksDegradedBeforeUpInAnOrderThatLacksIt() {
		DegradedStatusAggregator aggregator = new DegradedStatusAggregator(List.of("fatal", "down", "up"));
		assertThat(aggregator.getAggregateStatus(Set.of(DEGRADED, Status.UP))).isEqualTo(DEGRADED);
		assertThat(aggregator.getAggregateStatus(Set.of(DEGRADED, new Status("FATAL")))).isEqualTo(new Status("FATAL"));
	}

	@Test
	void ranksDegradedLastInAnOrderWithoutUp() {
		DegradedStatusAggregator aggregator = new DegradedStatusAggregator(List.of("down"));
		assertThat(aggregator.getAggregateStatus(Set.of(DEGRADED))).isEqualTo(DEGRADED);
		assertThat(aggregator.getAggregateStatus(Set.of(DEGRADED, Status.DOWN))).isEqualTo(Status.DOWN);
	}

	@Test
	void leavesAnOrderAloneThatHasDegraded() {
		DegradedStatusAggregator aggregator = new DegradedStatusAggregator(List.of("degraded", "down", "up"));
		assertThat(aggregator.getAggregateStatus(Set.of(DEGRADED, Status.DOWN))).isEqualTo(DEGRADED);
	}

}

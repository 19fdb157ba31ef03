package io.lifeguard.engine.health;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

import io.lifeguard.HealthSettings;
import io.lifeguard.PoolSnapshot;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Saturation}.
 */
class SaturationTests {

	private final Saturation saturation = new Saturation(
			new HealthSettings(0.5, 0.1, 20, Duration.ofMinutes(1), 0.9, Duration.ofSeconds(30)));

	@Test
	void tellsOnlyAfterTheWholeTime() {
		assertThat(update(0, 90, 100)).isNegative();
		assertThat(update(29, 100, 100)).isNegative();
		assertThat(update(30, 95, 100)).isEqualTo(TimeUnit.SECONDS.toNanos(30));
	}

	@Test
	void beginsAnewAfterABreak() {
		update(0, 90, 100);
		assertThat(update(20, 71, 100)).isNegative();
		assertThat(update(31, 90, 100)).isNegative();
		assertThat(update(61, 90, 100)).isPositive();
	}

	@Test
	void takesNoSmallDipForABreak() {
		update(0, 90, 100);
		update(20, 75, 100);
		assertThat(update(30, 90, 100)).isPositive();
	}

	@Test
	void neverTellsOfAQueueWithoutBound() {
		assertThat(update(0, 1_000_000, null)).isNegative();
		assertThat(update(100, 1_000_000, null)).isNegative();
		assertThat(this.saturation.update(null, TimeUnit.SECONDS.toNanos(200))).isNegative();
	}

	@Test
	void neverTellsOfAQueueThatOnlyHandsOver() {
		update(0, 0, 0);
		assertThat(update(100, 0, 0)).isNegative();
	}

	private long update(long seconds, int size, @Nullable Integer capacity) {
		return this.saturation.update(new PoolSnapshot.Queue(size, capacity), TimeUnit.SECONDS.toNanos(seconds));
	}

}

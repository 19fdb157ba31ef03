package io.lifeguard.engine.health;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Threshold}.
 */
class ThresholdTests {

	@Test
	void isReachedAtItsVeryRatio() {
		assertThat(new Threshold(0.5, 20).isReachedBy(10, 20)).isTrue();
		assertThat(new Threshold(0.1, 1).isReachedBy(3, 30)).isTrue();
		assertThat(new Threshold(0.5, 20).isReachedBy(9, 20)).isFalse();
	}

	@Test
	void isNotReachedByTooFew() {
		assertThat(new Threshold(0.5, 20).isReachedBy(19, 19)).isFalse();
	}

	@Test
	void isNotReachedByNothing() {
		assertThat(new Threshold(0, 1).isReachedBy(0, 100)).isFalse();
		assertThat(new Threshold(0, 1).isReachedBy(1, 100)).isTrue();
	}

	@Test
	void staysReachedUntilClearlyBelow() {
		Threshold threshold = new Threshold(0.5, 20);
		assertThat(threshold.isReachedBy(50, 100)).isTrue();
		assertThat(threshold.isReachedBy(41, 100)).isTrue();
		assertThat(threshold.isReachedBy(39, 100)).isFalse();
		assertThat(threshold.isReachedBy(49, 100)).isFalse();
	}

	@Test
	void staysReachedWhileThereAreAlmostEnough() {
		Threshold threshold = new Threshold(0.5, 20);
		assertThat(threshold.isReachedBy(20, 20)).isTrue();
		assertThat(threshold.isReachedBy(16, 16)).isTrue();
		assertThat(threshold.isReachedBy(15, 15)).isFalse();
	}

}

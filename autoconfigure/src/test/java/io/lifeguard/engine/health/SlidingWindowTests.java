package io.lifeguard.engine.health;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

import io.lifeguard.engine.health.SlidingWindow.Sample;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link SlidingWindow}.
 */
class SlidingWindowTests {

	private final SlidingWindow window = new SlidingWindow(Duration.ofMinutes(1));

	@Test
	void countsWhatHappenedBeforeTheFirstSample() {
		assertThat(growth(0, 7).ran()).isEqualTo(7);
	}

	@Test
	void forgetsWhatIsOlderThanTheWindow() {
		growth(0, 100);
		assertThat(growth(30, 150).ran()).isEqualTo(150);
		assertThat(growth(61, 160).ran()).isEqualTo(60);
		assertThat(growth(91, 160).ran()).isEqualTo(10);
		assertThat(growth(200, 160).ran()).isZero();
	}

	@Test
	void keepsFewSamplesHoweverOftenItIsAsked() {
		for (int i = 0; i < 100_000; i++) {
			this.window.growth(sample(TimeUnit.MILLISECONDS.toNanos(10) * i, i));
		}
		assertThat(this.window).extracting("samples")
			.asInstanceOf(InstanceOfAssertFactories.ITERABLE)
			.hasSizeLessThan(62);
		assertThat(growth(1000, 100_000).ran()).isBetween(6000L, 6101L);
	}

	private Sample growth(long seconds, long ran) {
		return this.window.growth(sample(TimeUnit.SECONDS.toNanos(seconds), ran));
	}

	private static Sample sample(long at, long ran) {
		return new Sample(at, ran, 0, 0, 0, 0, 0);
	}

}

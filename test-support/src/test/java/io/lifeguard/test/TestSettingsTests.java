package io.lifeguard.test;

import java.time.Duration;
import java.util.Map;

import io.lifeguard.InvalidLifeguardPropertyException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link TestSettings}.
 */
class TestSettingsTests {

	@Test
	void guardsForTwoSecondsByDefault() {
		assertThat(from(Map.of())).isEqualTo(new TestSettings(true, Duration.ofSeconds(2)));
	}

	@Test
	void takesADurationInEitherStyle() {
		assertThat(from(Map.of("lifeguard.test.settle", "PT0.5S")).settle()).hasMillis(500);
		assertThat(from(Map.of("lifeguard.test.settle", "500ms")).settle()).hasMillis(500);
		assertThat(from(Map.of("lifeguard.test.settle", "0")).settle()).isZero();
	}

	@Test
	void canBeTurnedOff() {
		assertThat(from(Map.of("lifeguard.test.enabled", "FALSE")).enabled()).isFalse();
		assertThat(from(Map.of("lifeguard.test.enabled", "true")).enabled()).isTrue();
	}

	@ParameterizedTest
	@ValueSource(strings = { "soon", "-1s", "" })
	void refusesWhatIsNoTime(String value) {
		assertThatExceptionOfType(InvalidLifeguardPropertyException.class)
			.isThrownBy(() -> from(Map.of("lifeguard.test.settle", value)))
			.withMessage(
					"Property 'lifeguard.test.settle' with value '" + value + "' is invalid: it is no time to wait")
			.satisfies((failure) -> assertThat(failure.cure())
				.isEqualTo("Set it to a duration such as 2s or 500ms; 0 does not wait at all."));
	}

	@Test
	void refusesWhatIsNeitherTrueNorFalse() {
		assertThatExceptionOfType(InvalidLifeguardPropertyException.class)
			.isThrownBy(() -> from(Map.of("lifeguard.test.enabled", "off")))
			.withMessage(
					"Property 'lifeguard.test.enabled' with value 'off' is invalid: " + "it is neither true nor false");
	}

	private static TestSettings from(Map<String, String> properties) {
		return TestSettings.from(properties::get);
	}

}

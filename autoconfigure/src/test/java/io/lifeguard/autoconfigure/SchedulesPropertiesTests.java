package io.lifeguard.autoconfigure;

import java.time.Duration;

import io.lifeguard.InvalidLifeguardPropertyException;
import io.lifeguard.ScheduleSettings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.mock.env.MockEnvironment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link SchedulesProperties}.
 */
class SchedulesPropertiesTests {

	private final MockEnvironment environment = new MockEnvironment();

	@ParameterizedTest
	@CsvSource(delimiter = ';', value = {
			"lifeguard.schedules.overdue-after; -1s; it is negative. Set it to a duration such as 10s, or to 0.",
			"lifeguard.schedules.failing-after; 0; it is less than 1. Set it to 1 or more.",
			"lifeguard.schedules.max-silence; 0; no run succeeds within no time. Set it to a positive time, such as 26h, "
					+ "or leave it out.",
			"lifeguard.schedules.tasks[Stock.count].overdue-after; 40000d; it is more than a hundred years. Set it to a "
					+ "shorter time.",
			"lifeguard.schedules.tasks[Stock.count].failing-after; -1; it is less than 1. Set it to 1 or more.",
			"lifeguard.schedules.tasks[Stock.count].max-silence; -1h; it is negative. Set it to a duration such as 10s, "
					+ "or to 0.",
			"lifeguard.schedules.tasks[Stock.count].check-in; Stock.count; Sentry takes no such slug. Set it to at most 50 "
					+ "lower-case letters, digits, dashes and underscores, not to digits alone.",
			"lifeguard.schedules.tasks[Stock.count].check-in; 4711; Sentry takes no such slug. Set it to at most 50 "
					+ "lower-case letters, digits, dashes and underscores, not to digits alone." })
	void refuseWhatMakesNoSense(String property, String value, String message) {
		this.environment.setProperty(property, value);
		assertThatExceptionOfType(InvalidLifeguardPropertyException.class)
			.isThrownBy(() -> LifeguardProperties.from(this.environment))
			.satisfies((ex) -> {
				assertThat(ex.property()).isEqualTo(property);
				assertThat(ex.reason() + ". " + ex.cure()).endsWith(" makes no sense: " + message);
			});
	}

	@Test
	void areThoseOfAllSchedulesUnlessOneHasItsOwn() {
		this.environment.setProperty("lifeguard.schedules.failing-after", "5");
		this.environment.setProperty("lifeguard.schedules.tasks[Stock.count].max-silence", "26h");
		this.environment.setProperty("lifeguard.schedules.tasks[stock.recount].overdue-after", "0");
		SchedulesProperties schedules = LifeguardProperties.from(this.environment).getSchedules();
		assertThat(schedules.settings("Stock.count"))
			.isEqualTo(new ScheduleSettings(Duration.ofMinutes(1), 5, Duration.ofHours(26), null));
		assertThat(schedules.settings("Stock.re_count").overdueAfter()).isEqualTo(Duration.ZERO);
		assertThat(schedules.settings("Stock.count#2"))
			.isEqualTo(new ScheduleSettings(Duration.ofMinutes(1), 5, null, null));
	}

}

package io.lifeguard.sentry;

import java.time.DayOfWeek;
import java.time.LocalDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.scheduling.support.CronExpression;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link Crontab}.
 */
class CrontabTests {

	@ParameterizedTest
	@CsvSource(delimiter = ';',
			value = { "0 0 3 * * *; 0 3 * * *", "0 */15 * * * *; 0,15,30,45 * * * *",
					"0 50/5 8-10 * * MON-WED; 50,55 8,9,10 * * 1,2,3", "0 0 0 1 JAN,JUL ?; 0 0 1 1,7 *",
					"0 0 12 * * SUN; 0 12 * * 0", "0 0 12 ? * 7; 0 12 * * 0" })
	void isWrittenOut(String expression, String crontab) {
		assertThat(Crontab.of(expression)).isEqualTo(crontab);
	}

	@ParameterizedTest
	@CsvSource(delimiter = ';', value = { "*/10 * * * * *; it is about seconds, which a crontab does not have",
			"30 0 3 * * *; it is about seconds, which a crontab does not have",
			"0 0 3 L * *; it has L, W or #, which a crontab does not have",
			"0 0 3 15W * *; it has L, W or #, which a crontab does not have",
			"0 0 3 * * FRIL; it has L, W or #, which a crontab does not have",
			"0 0 3 * * MON#2; it has L, W or #, which a crontab does not have",
			"0 0 3 13 * FRI; it has a day of the month and one of the week: a crontab takes either, Spring both" })
	void isNoneWhereItWouldMeanSomethingElse(String expression, String reason) {
		assertThatIllegalArgumentException().isThrownBy(() -> Crontab.of(expression)).withMessage(reason);
	}

	@Test
	void meansWhatSpringMeansForAThousandExpressions() {
		Random random = new Random(1);
		int made = 0;
		for (int i = 0; i < 1000; i++) {
			String expression = "0 " + field(random, 0, 59) + " " + field(random, 0, 23) + " "
					+ (random.nextBoolean() ? "*" : field(random, 1, 28)) + " " + field(random, 1, 12) + " "
					+ (random.nextBoolean() ? "*" : field(random, 0, 7));
			String crontab;
			try {
				crontab = Crontab.of(expression);
			}
			catch (IllegalArgumentException ex) {
				continue;
			}
			made++;
			CronExpression cron = CronExpression.parse(expression);
			Fields fields = Fields.parse(crontab);
			LocalDateTime spring = LocalDateTime.of(2026, 1, 1, 0, 0);
			LocalDateTime own = spring;
			for (int run = 0; run < 20; run++) {
				spring = cron.next(spring);
				own = fields.next(own);
				assertThat(own).as("%s as %s", expression, crontab).isEqualTo(spring);
			}
		}
		assertThat(made).isGreaterThan(500);
	}

	private static String field(Random random, int from, int to) {
		int first = from + random.nextInt(to - from + 1);
		int last = first + random.nextInt(to - first + 1);
		int step = 1 + random.nextInt(to);
		return switch (random.nextInt(6)) {
			case 0 -> String.valueOf(first);
			case 1 -> first + "-" + last;
			case 2 -> first + "/" + step;
			case 3 -> first + "-" + last + "/" + step;
			case 4 -> first + "," + last;
			default -> "*";
		};
	}

	/**
	 * A crontab as crontabs are read.
	 */
	private record Fields(Set<Integer> minutes, Set<Integer> hours, Set<Integer> days, Set<Integer> months,
			Set<Integer> weekdays) {

		static Fields parse(String crontab) {
			List<String> fields = List.of(crontab.split(" "));
			return new Fields(values(fields.get(0), 0, 59), values(fields.get(1), 0, 23), values(fields.get(2), 1, 31),
					values(fields.get(3), 1, 12), values(fields.get(4), 0, 6));
		}

		private static Set<Integer> values(String field, int from, int to) {
			return field.equals("*") ? IntStream.rangeClosed(from, to).boxed().collect(Collectors.toSet())
					: Arrays.stream(field.split(",")).map(Integer::valueOf).collect(Collectors.toSet());
		}

		LocalDateTime next(LocalDateTime after) {
			LocalDateTime time = after.plusMinutes(1);
			while (true) {
				int weekday = (time.getDayOfWeek() == DayOfWeek.SUNDAY) ? 0 : time.getDayOfWeek().getValue();
				if (!this.months.contains(time.getMonthValue()) || !this.days.contains(time.getDayOfMonth())
						|| !this.weekdays.contains(weekday)) {
					time = time.toLocalDate().plusDays(1).atStartOfDay();
				}
				else if (!this.hours.contains(time.getHour())) {
					time = time.withMinute(0).plusHours(1);
				}
				else if (!this.minutes.contains(time.getMinute())) {
					time = time.plusMinutes(1);
				}
				else {
					return time;
				}
			}
		}

	}

}

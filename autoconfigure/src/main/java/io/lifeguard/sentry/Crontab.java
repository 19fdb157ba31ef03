package io.lifeguard.sentry;

import java.time.LocalDateTime;
import java.time.temporal.ChronoField;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import org.springframework.scheduling.support.CronExpression;

/**
 * Makes a crontab of Spring's cron expressions, for those that mean the same there but
 * for the nights of daylight saving. Each field is asked of Spring for its values, and
 * written as a list of them: what the two take for ranges and steps differs.
 */
final class Crontab {

	/** A January that begins on a Sunday. */
	private static final LocalDateTime START = LocalDateTime.of(2023, 1, 1, 0, 0);

	private static final Pattern ONLY_SPRING = Pattern.compile("[LW#]");

	private Crontab() {
	}

	/**
	 * Return the crontab that means the same as the given expression.
	 * @throws IllegalArgumentException if there is none; the message says why, in a
	 * sentence without its subject
	 */
	static String of(String expression) {
		String[] fields = expression.trim().split("\\s+", -1);
		if (!fields[0].equals("0")) {
			throw new IllegalArgumentException("it is about seconds, which a crontab does not have");
		}
		for (int day : List.of(3, 5)) {
			// Names of days and months have such letters too
			if (ONLY_SPRING.matcher(fields[day].toUpperCase(java.util.Locale.ROOT).replaceAll("[A-Z]{3}", "")).find()) {
				throw new IllegalArgumentException("it has L, W or #, which a crontab does not have");
			}
		}
		String day = list("0 0 0 " + fields[3] + " 1 *", ChronoUnit.MONTHS, ChronoField.DAY_OF_MONTH, 31);
		String weekday = list("0 0 0 * * " + fields[5], ChronoUnit.WEEKS, ChronoField.DAY_OF_WEEK, 7);
		if (!day.equals("*") && !weekday.equals("*")) {
			throw new IllegalArgumentException(
					"it has a day of the month and one of the week: a crontab takes either, Spring both");
		}
		return String.join(" ", list("0 " + fields[1] + " * * * *", ChronoUnit.HOURS, ChronoField.MINUTE_OF_HOUR, 60),
				list("0 0 " + fields[2] + " * * *", ChronoUnit.DAYS, ChronoField.HOUR_OF_DAY, 24), day,
				list("0 0 0 1 " + fields[4] + " *", ChronoUnit.YEARS, ChronoField.MONTH_OF_YEAR, 12), weekday);
	}

	/**
	 * Return the values of one field as a list, or {@code *} if that is all there are.
	 * @param expression the field with all others wide open, or fixed
	 * @param within after which the values repeat
	 */
	private static String list(String expression, ChronoUnit within, ChronoField field, int all) {
		CronExpression cron = CronExpression.parse(expression);
		TreeSet<Integer> values = new TreeSet<>();
		LocalDateTime end = START.plus(1, within);
		LocalDateTime next = cron.next(START.minusSeconds(1));
		while (next != null && next.isBefore(end)) {
			int value = next.get(field);
			values.add((field == ChronoField.DAY_OF_WEEK) ? value % 7 : value);
			next = cron.next(next);
		}
		return (values.size() == all) ? "*" : values.stream().map(String::valueOf).collect(Collectors.joining(","));
	}

}

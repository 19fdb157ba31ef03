package io.lifeguard.actuate;

import java.time.Duration;
import java.time.Instant;

import io.lifeguard.Schedule;
import io.lifeguard.ScheduleSnapshot;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.OperationResponseBody;

/**
 * Describes one schedule in the endpoint's responses. What is {@code null} is left out.
 */
public record ScheduleDescriptor(String pool, String task, TriggerDescriptor trigger, String status,
		@Nullable String reason, int running, long runs, long failures, long consecutiveFailures,
		@Nullable Instant lastStart, @Nullable Instant lastEnd, @Nullable String lastOutcome,
		@Nullable Instant lastSuccess, @Nullable String lastDuration, @Nullable String lag,
		@Nullable Instant nextDue) implements OperationResponseBody {

	static ScheduleDescriptor of(Schedule schedule) {
		ScheduleSnapshot snapshot = schedule.snapshot();
		return new ScheduleDescriptor(snapshot.pool(), snapshot.task(), TriggerDescriptor.of(snapshot.trigger()),
				snapshot.health().status().name(), snapshot.health().reason(), snapshot.running(), snapshot.runs(),
				snapshot.failures(), snapshot.consecutiveFailures(), snapshot.lastStart(), snapshot.lastEnd(),
				text(snapshot.lastOutcome()), snapshot.lastSuccess(), text(snapshot.lastDuration()),
				text(snapshot.lag()), snapshot.nextDue());
	}

	private static @Nullable String text(@Nullable Object value) {
		return (value != null) ? value.toString() : null;
	}

	/**
	 * Describes what says when a schedule is due.
	 */
	public record TriggerDescriptor(String type, @Nullable String expression, @Nullable String zone,
			@Nullable String period) {

		static TriggerDescriptor of(ScheduleSnapshot.Trigger trigger) {
			Duration period = trigger.period();
			return new TriggerDescriptor(trigger.type().toString(), trigger.expression(), trigger.zone(), text(period));
		}

	}

}

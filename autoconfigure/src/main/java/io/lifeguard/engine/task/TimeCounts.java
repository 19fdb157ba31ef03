package io.lifeguard.engine.task;

import java.util.EnumMap;
import java.util.Map;

import io.lifeguard.Outcome;
import io.lifeguard.TaskTimes;

/**
 * How long the tasks of a pool wait and run. What nearly every task adds to is kept in
 * the slot that it runs in.
 */
public final class TimeCounts {

	private final RunningTasks running;

	private final RecentMax successes = new RecentMax();

	private final RecentMax waits = new RecentMax();

	private final Map<Outcome, TimeSum> others = new EnumMap<>(
			Map.of(Outcome.FAILURE, new TimeSum(), Outcome.CANCELLED, new TimeSum()));

	TimeCounts(RunningTasks running) {
		this.running = running;
	}

	void add(Outcome outcome, TaskSlot slot, long ran) {
		TimeSum other = (outcome != Outcome.SUCCESS) ? this.others.get(outcome) : null;
		if (other != null) {
			other.add(ran);
		}
		else {
			slot.addSuccess(ran);
			this.successes.record(ran);
		}
		long waited = slot.waited();
		if (waited >= 0) {
			slot.addWait(waited);
			this.waits.record(waited);
		}
	}

	public TaskTimes run(Outcome outcome) {
		TimeSum other = this.others.get(outcome);
		return (other != null) ? other.get() : new TaskTimes(this.running.sum(TaskSlot::successes),
				this.running.sum(TaskSlot::successNanos), this.successes.get());
	}

	public TaskTimes waits() {
		return new TaskTimes(this.running.sum(TaskSlot::waits), this.running.sum(TaskSlot::waitNanos),
				this.waits.get());
	}

	public void tick(long now) {
		this.successes.tick(now);
		this.waits.tick(now);
		for (TimeSum other : this.others.values()) {
			other.tick(now);
		}
	}

}

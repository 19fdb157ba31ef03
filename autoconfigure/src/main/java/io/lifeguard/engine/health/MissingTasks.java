package io.lifeguard.engine.health;

import java.util.Arrays;
import java.util.Objects;

import io.lifeguard.engine.executor.ExecutorView;
import io.lifeguard.engine.task.Ledger;

/**
 * Finds the tasks that have left an executor's queue without a word, as by its
 * {@code clear()} or {@code drainTo}: by how much what was submitted exceeds what waits,
 * runs and has ended. A task on its way from one to the next is missing for a moment, so
 * what counts is the least of several looks within a second.
 */
final class MissingTasks {

	private static final int LOOKS = 4;

	private static final int SAMPLES = 3;

	private final long[] looks = new long[LOOKS];

	private final Ledger ledger;

	private final ExecutorView view;

	private int next;

	private long missing;

	MissingTasks(Ledger ledger, ExecutorView view) {
		this.ledger = ledger;
		this.view = view;
	}

	/**
	 * Look once more, and count what has been missing each time. Should such a task turn
	 * up after all, it is not missing any more.
	 */
	synchronized void look() {
		if (this.ledger.counts().unseen().isUsed()) {
			return; // what runs unseen is in none of these numbers for a moment
		}
		long smallest = smallest();
		this.looks[this.next] = smallest;
		this.next = (this.next + 1) % LOOKS;
		for (long look : this.looks) {
			smallest = Math.min(smallest, look);
		}
		update(smallest);
	}

	/**
	 * Look for the last time before the executor is closed: what it lets go then is not
	 * missing, but lost by that.
	 */
	synchronized void lookLast() {
		if (this.ledger.counts().unseen().isUsed()) {
			return;
		}
		update(smallest());
		Arrays.fill(this.looks, this.missing);
	}

	private void update(long missing) {
		if (missing > this.missing) {
			this.ledger.dropped().missing(missing - this.missing);
		}
		this.missing = Math.max(0, missing);
		this.ledger.counts().missing(this.missing);
	}

	private long smallest() {
		long smallest = sample();
		for (int i = 1; i < SAMPLES && smallest > 0; i++) {
			smallest = Math.min(smallest, sample());
		}
		return this.ledger.lifecycle().isShutdown() ? Math.min(smallest, this.missing) : smallest;
	}

	private long sample() {
		return this.ledger.counts().unaccounted(this::waiting, this::held);
	}

	private long waiting() {
		long waiting = this.view.queued();
		boolean unknown = waiting < 0;
		return unknown ? Long.MAX_VALUE / 2 : waiting + this.ledger.handOvers().get();
	}

	private long held() {
		return Objects.requireNonNullElse(this.view.active(), 0);
	}

}

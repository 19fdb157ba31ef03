package io.lifeguard.engine.health;

import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import io.lifeguard.support.Sideline;

/**
 * Looks from time to time for pools that starve themselves or each other, and tells their
 * monitors. Confined to the thread of the registry's watch.
 */
public final class Deadlocks {

	/**
	 * Nanoseconds between two looks, however often the registry ticks.
	 */
	private static final long PERIOD = TimeUnit.MILLISECONDS.toNanos(200);

	private final Sideline sideline = new Sideline();

	private Collection<PoolMonitor> monitors = List.of();

	private final DeadlockSearch<PoolMonitor, Thread> search = new DeadlockSearch<>(
			() -> new ThreadLook(this.monitors, this.sideline));

	private Set<PoolMonitor> known = Set.of();

	private long lookedAt = System.nanoTime() - PERIOD;

	/**
	 * Look at the given pools.
	 * @param now the time in nanoseconds
	 */
	public void look(Collection<PoolMonitor> monitors, long now) {
		if (now - this.lookedAt < PERIOD) {
			return;
		}
		this.lookedAt = now;
		this.monitors = monitors;
		Map<PoolMonitor, Set<PoolMonitor>> found = this.search.update(now);
		Set<PoolMonitor> told = new HashSet<>(this.known);
		for (PoolMonitor monitor : monitors) {
			Set<PoolMonitor> awaited = found.get(monitor);
			if (awaited == null) {
				monitor.setDeadlock(List.of());
				continue;
			}
			List<PoolMonitor> circle = Stream.concat(Stream.of(monitor), awaited.stream())
				.distinct()
				.sorted(Comparator.comparing((PoolMonitor one) -> one.ledger().pool()))
				.toList();
			monitor.setDeadlock(circle);
			if (told.add(monitor)) { // one alarm for a circle
				told.addAll(circle);
				monitor.tellDeadlock(circle, now);
			}
		}
		this.known = Set.copyOf(found.keySet());
	}

}

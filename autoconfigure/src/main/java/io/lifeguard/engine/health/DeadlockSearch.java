package io.lifeguard.engine.health;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

/**
 * Finds the pools each of whose threads waits, without a time limit, for a task that only
 * such threads could run. Confined to one thread.
 * <p>
 * <b>Why a look is believed.</b> While it is taken the threads go on. So what it says is
 * read twice, one time after the other: a thread that is found to wait for the same
 * object both times has waited in between, since what has ended is not waited for again;
 * and a task that both times is queued, or run by the same thread, was so in between.
 * What is the same in both has been so at one moment, that between them.
 * <p>
 * <b>Patience.</b> That takes effort, and a moment is no illness. So nothing is looked
 * into but pools each of whose threads has been waiting for the same for a while.
 *
 * @param <P> the type of pools
 * @param <T> the type of threads
 */
final class DeadlockSearch<P, T> {

	/**
	 * Nanoseconds for which nothing has to move until it is called a deadlock.
	 */
	static final long PATIENCE = TimeUnit.SECONDS.toNanos(1);

	private final Supplier<? extends Look<P, T>> looks;

	private Map<P, Standstill<T>> standing = Map.of();

	/**
	 * Create a search.
	 * @param looks takes a new look
	 */
	DeadlockSearch(Supplier<? extends Look<P, T>> looks) {
		this.looks = looks;
	}

	/**
	 * Look again. To be called a few times a second.
	 * @param now the time in nanoseconds
	 * @return each deadlocked pool, with those that its threads wait for, itself among
	 * them if they do
	 */
	Map<P, Set<P>> update(long now) {
		Look<P, T> look = this.looks.get();
		Map<P, Standstill<T>> standing = new HashMap<>();
		look.full().forEach((pool, threads) -> {
			Standstill<T> present = Standstill.of(threads, look, now);
			Standstill<T> before = this.standing.get(pool);
			if (present != null) {
				standing.put(pool, (before != null && before.isSame(present)) ? before : present);
			}
		});
		this.standing = standing;
		if (standing.values().stream().noneMatch((standstill) -> standstill.isOver(now))) {
			return Map.of();
		}
		Facts<P, T> facts = Facts.read(this.looks.get());
		Map<P, Set<P>> found = facts.deadlocked();
		if (found.isEmpty() || !facts.equals(Facts.read(this.looks.get()))) {
			return Map.of();
		}
		found.values().removeIf((circle) -> !circle.stream().allMatch((pool) -> hasStoodStill(pool, now)));
		found.keySet().removeIf((pool) -> !hasStoodStill(pool, now));
		return found;
	}

	private boolean hasStoodStill(P pool, long now) {
		Standstill<T> standstill = this.standing.get(pool);
		return standstill != null && standstill.isOver(now);
	}

	/**
	 * Shows pools and threads as they are just now.
	 *
	 * @param <P> the type of pools
	 * @param <T> the type of threads
	 */
	interface Look<P, T> {

		/**
		 * Return the pools that will start no further thread for the tasks they have, and
		 * whose threads all have one, with these threads. Those need not be there which
		 * have a thread that does not wait.
		 */
		Map<P, ? extends Collection<T>> full();

		/**
		 * Return what the given thread waits for without a time limit, or {@code null} if
		 * it does not, as far as can be seen.
		 */
		@Nullable Object awaited(T thread);

		/**
		 * Return who has to go on, all of them, for the wait of the given thread to come
		 * to its end: nobody, if it can't be seen or is somebody else.
		 */
		Set<Need<P, T>> needs(T thread, Object awaited);

	}

	/**
	 * Somebody who has to go on: any thread of a pool, or a certain one.
	 *
	 * @param <P> the type of pools
	 * @param <T> the type of threads
	 */
	record Need<P, T>(@Nullable P pool, @Nullable T thread) {

		static <P, T> Need<P, T> of(@Nullable P pool) {
			return new Need<>(pool, null);
		}

		static <P, T> Need<P, T> ofThread(T thread) {
			return new Need<>(null, thread);
		}

	}

	/**
	 * All threads of a pool, what each waits for, and since when that is so.
	 */
	private record Standstill<T>(Map<T, Wait<?, T>> waits, long since) {

		static <P, T> @Nullable Standstill<T> of(Collection<T> threads, Look<P, T> look, long now) {
			Map<T, Wait<?, T>> waits = new HashMap<>();
			for (T thread : threads) {
				Object awaited = look.awaited(thread);
				if (awaited == null) {
					return null;
				}
				waits.put(thread, new Wait<P, T>(awaited, Set.of()));
			}
			return new Standstill<>(waits, now);
		}

		boolean isSame(Standstill<T> other) {
			return this.waits.equals(other.waits);
		}

		boolean isOver(long now) {
			return now - this.since >= PATIENCE;
		}

	}

	/**
	 * A thread's wait.
	 *
	 * @param awaited what it waits for, {@code null} if it does not
	 */
	private record Wait<P, T>(@Nullable Object awaited, Set<Need<P, T>> needs) {

		@Override
		@SuppressWarnings("ReferenceEquality") // others' objects are equal as they like
		public boolean equals(@Nullable Object other) {
			return other instanceof Wait<?, ?> wait && wait.awaited == this.awaited && wait.needs.equals(this.needs);
		}

		@Override
		public int hashCode() {
			return System.identityHashCode(this.awaited);
		}

	}

	/**
	 * What two looks have to agree on.
	 */
	private record Facts<P, T>(Map<P, Set<T>> full, Map<T, Wait<P, T>> waits) {

		static <P, T> Facts<P, T> read(Look<P, T> look) {
			Map<P, Set<T>> full = new HashMap<>();
			look.full().forEach((pool, threads) -> full.put(pool, new LinkedHashSet<>(threads)));
			Map<T, Wait<P, T>> waits = new HashMap<>();
			Deque<T> ahead = new ArrayDeque<>();
			full.values().forEach(ahead::addAll);
			while (!ahead.isEmpty()) {
				T thread = ahead.remove();
				if (waits.containsKey(thread)) {
					continue;
				}
				Object awaited = look.awaited(thread);
				Set<Need<P, T>> needs = (awaited != null) ? look.needs(thread, awaited) : Set.of();
				waits.put(thread, new Wait<>(awaited, needs));
				for (Need<P, T> need : needs) {
					if (need.thread() != null) {
						ahead.add(need.thread());
					}
				}
			}
			return new Facts<>(full, waits);
		}

		Map<P, Set<P>> deadlocked() {
			WaitGraph graph = new WaitGraph();
			Map<P, WaitGraph.Node> pools = new HashMap<>();
			Map<T, WaitGraph.Node> threads = new HashMap<>();
			this.full.forEach((pool, own) -> {
				WaitGraph.Node node = pools.computeIfAbsent(pool, (key) -> graph.any());
				own.forEach((thread) -> node.waitsFor(threads.computeIfAbsent(thread, (key) -> graph.all())));
			});
			this.waits.forEach((thread, wait) -> {
				WaitGraph.Node node = threads.computeIfAbsent(thread, (key) -> graph.all());
				for (Need<P, T> need : wait.needs()) {
					WaitGraph.Node needed = (need.thread() != null)
							? threads.computeIfAbsent(need.thread(), (key) -> graph.all()) : pools.get(need.pool());
					if (needed != null) {
						node.waitsFor(needed);
					}
				}
			});
			graph.solve();
			Set<P> stuck = new HashSet<>();
			pools.forEach((pool, node) -> {
				if (!node.goesOn()) {
					stuck.add(pool);
				}
			});
			Map<P, Set<P>> deadlocked = new HashMap<>();
			for (P pool : stuck) {
				deadlocked.put(pool, awaitedBy(pool, stuck));
			}
			return deadlocked;
		}

		/**
		 * Return those of the given pools that the threads of a pool wait for, be it over
		 * others.
		 */
		private Set<P> awaitedBy(P pool, Set<P> stuck) {
			Set<P> awaited = new HashSet<>();
			Set<T> seen = new HashSet<>();
			Deque<T> ahead = new ArrayDeque<>(this.full.getOrDefault(pool, Set.of()));
			while (!ahead.isEmpty()) {
				T thread = ahead.remove();
				Wait<P, T> wait = this.waits.get(thread);
				if (wait == null || !seen.add(thread)) {
					continue;
				}
				for (Need<P, T> need : wait.needs()) {
					if (need.thread() != null) {
						ahead.add(need.thread());
						stuck.stream()
							.filter((other) -> this.full.getOrDefault(other, Set.of()).contains(need.thread()))
							.forEach(awaited::add);
					}
					else if (need.pool() != null && stuck.contains(need.pool()) && awaited.add(need.pool())) {
						ahead.addAll(this.full.getOrDefault(need.pool(), Set.of()));
					}
				}
			}
			return awaited;
		}

	}

}

package io.lifeguard.engine.health;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

import io.lifeguard.engine.health.DeadlockSearch.Need;
import org.jspecify.annotations.Nullable;

/**
 * Pools, threads and tasks that wait for each other, without threads: one random step
 * after another, also between any two questions of whoever looks.
 */
final class PoolModel {

	private final Random random;

	private final boolean circles;

	private final List<ModelPool> pools = new ArrayList<>();

	private final List<ModelTask> tasks = new ArrayList<>();

	private int toSubmit;

	/** Whether looks go on without anything happening meanwhile. */
	private boolean frozen;

	/**
	 * Create some pools without tasks.
	 * @param circles whether tasks may wait for whatever they like, so that they may do
	 * so for each other
	 */
	PoolModel(long seed, boolean circles) {
		this.random = new Random(seed);
		this.circles = circles;
		int count = 1 + this.random.nextInt(5);
		for (int i = 0; i < count; i++) {
			int core = 1 + this.random.nextInt(3);
			this.pools.add(new ModelPool(i, core, core + this.random.nextInt(3),
					this.random.nextBoolean() ? Integer.MAX_VALUE : this.random.nextInt(4)));
		}
		this.toSubmit = 2 + this.random.nextInt(20);
	}

	DeadlockSearch.Look<ModelPool, ModelThread> look() {
		return new ModelLook();
	}

	void freeze() {
		this.frozen = true;
	}

	/**
	 * Let something happen.
	 * @return whether anything could
	 */
	boolean step() {
		List<Runnable> possible = new ArrayList<>();
		if (this.toSubmit > 0) {
			possible.add(this::submitOne);
		}
		for (ModelPool pool : this.pools) {
			for (ModelThread thread : List.copyOf(pool.threads)) {
				if (thread.canMove()) {
					possible.add(thread::move);
				}
			}
		}
		if (possible.isEmpty()) {
			return false;
		}
		possible.get(this.random.nextInt(possible.size())).run();
		return true;
	}

	private void submitOne() {
		this.toSubmit--;
		submitTo(this.pools.get(this.random.nextInt(this.pools.size())));
	}

	private @Nullable ModelTask submitTo(ModelPool pool) {
		ModelTask task = new ModelTask(pool, this.tasks.size(), this.random.nextInt(4));
		if (!pool.offer(task)) {
			return null; // rejected
		}
		this.tasks.add(task);
		return task;
	}

	/**
	 * Return the pools each of whose threads waits for ever, by what came of it: to be
	 * asked when nothing moves any more.
	 */
	Set<ModelPool> dead() {
		Set<ModelPool> dead = new LinkedHashSet<>();
		for (ModelPool pool : this.pools) {
			if (!pool.threads.isEmpty() && pool.threads.size() >= pool.limit()
					&& pool.threads.stream().allMatch((thread) -> thread.task != null)) {
				dead.add(pool);
			}
		}
		return dead;
	}

	boolean isDone() {
		return this.toSubmit == 0 && this.tasks.stream().allMatch((task) -> task.state == State.DONE);
	}

	@Override
	public String toString() {
		StringBuilder text = new StringBuilder();
		for (ModelPool pool : this.pools) {
			text.append(pool).append(" of ").append(pool.limit()).append(" threads, ").append(pool.queue.size());
			text.append(" queued:");
			pool.threads.forEach((thread) -> text.append(' ')
				.append(thread.task)
				.append((thread.awaited != null) ? " waits for " + thread.awaited : ""));
			text.append('\n');
		}
		return text.toString();
	}

	private enum State {

		QUEUED, RUNNING, DONE

	}

	/**
	 * What is executed.
	 */
	private final class ModelTask {

		private final ModelPool pool;

		private final int number;

		private int stepsLeft;

		private State state = State.QUEUED;

		private @Nullable ModelThread thread;

		ModelTask(ModelPool pool, int number, int steps) {
			this.pool = pool;
			this.number = number;
			this.stepsLeft = steps;
		}

		@Override
		public String toString() {
			return this.pool + "." + this.number;
		}

	}

	/**
	 * A worker, there as long as it has something to do.
	 */
	final class ModelThread {

		private final ModelPool pool;

		private @Nullable ModelTask task;

		/** A task, or a pool that is to have room for one. */
		private @Nullable Object awaited;

		private boolean timed;

		ModelThread(ModelPool pool, ModelTask first) {
			this.pool = pool;
			run(first);
		}

		private void run(ModelTask task) {
			this.task = task;
			task.thread = this;
			task.state = State.RUNNING;
		}

		boolean canMove() {
			return this.task == null || this.awaited == null || this.timed
					|| (this.awaited instanceof ModelTask other && other.state == State.DONE)
					|| (this.awaited instanceof ModelPool other && other.queue.size() < other.capacity);
		}

		void move() {
			if (this.task == null) {
				ModelTask next = this.pool.queue.poll();
				if (next != null) {
					run(next);
				}
				else {
					this.pool.threads.remove(this);
				}
				return;
			}
			this.awaited = null;
			this.timed = false;
			if (this.task.stepsLeft-- > 0) {
				maybeWait();
				return;
			}
			this.task.state = State.DONE;
			this.task.thread = null;
			this.task = null;
		}

		private void maybeWait() {
			switch (PoolModel.this.random.nextInt(5)) {
				case 0 -> {
					// for a task of its own
					ModelPool pool = anyPool();
					ModelTask other = (pool != null) ? submitTo(pool) : null;
					await(other);
				}
				case 1 -> {
					ModelTask other = anyTask();
					await(other);
				}
				case 2 -> {
					ModelPool pool = anyPool();
					if (pool != null && pool.capacity > 0 && pool.capacity != Integer.MAX_VALUE
							&& submitTo(pool) == null) {
						this.awaited = pool;
					}
				}
				default -> {
					// at work
				}
			}
		}

		private void await(@Nullable ModelTask other) {
			if (other != null && other != this.task && other.state != State.DONE) {
				this.awaited = other;
				this.timed = PoolModel.this.random.nextInt(4) == 0;
			}
		}

		/**
		 * Return a pool to wait for: without circles one further on.
		 */
		private @Nullable ModelPool anyPool() {
			int from = PoolModel.this.circles ? 0 : this.pool.number + 1;
			int count = PoolModel.this.pools.size() - from;
			return (count > 0) ? PoolModel.this.pools.get(from + PoolModel.this.random.nextInt(count)) : null;
		}

		/**
		 * Return a task to wait for: without circles one of a pool further on, or one
		 * that has begun before in the same.
		 */
		private @Nullable ModelTask anyTask() {
			List<ModelTask> candidates = new ArrayList<>();
			for (ModelTask other : PoolModel.this.tasks) {
				boolean later = other.pool.number > this.pool.number || (other.pool == this.pool && this.task != null
						&& other.number < this.task.number && other.state == State.RUNNING);
				if (PoolModel.this.circles || later) {
					candidates.add(other);
				}
			}
			return candidates.isEmpty() ? null : candidates.get(PoolModel.this.random.nextInt(candidates.size()));
		}

	}

	/**
	 * A pool in the JDK's way.
	 */
	final class ModelPool {

		private final int number;

		private final int core;

		private final int max;

		private final int capacity;

		private final Deque<ModelTask> queue = new ArrayDeque<>();

		private final List<ModelThread> threads = new ArrayList<>();

		ModelPool(int number, int core, int max, int capacity) {
			this.number = number;
			this.core = core;
			this.max = max;
			this.capacity = capacity;
		}

		boolean offer(ModelTask task) {
			if (this.threads.size() < this.core) {
				this.threads.add(new ModelThread(this, task));
				return true;
			}
			// Without capacity an idle thread may take it
			boolean idle = this.threads.stream().anyMatch((thread) -> thread.task == null);
			if (this.queue.size() < this.capacity || (this.capacity == 0 && idle && this.queue.isEmpty())) {
				return this.queue.add(task);
			}
			return this.threads.size() < this.max && this.threads.add(new ModelThread(this, task));
		}

		int limit() {
			return (this.capacity == 0) ? this.max : Math.max(this.core, this.threads.size());
		}

		@Override
		public String toString() {
			return "pool " + this.number;
		}

	}

	/**
	 * Looks at one thing after the other, while others move.
	 */
	private final class ModelLook implements DeadlockSearch.Look<ModelPool, ModelThread> {

		@Override
		public Map<ModelPool, Collection<ModelThread>> full() {
			Map<ModelPool, Collection<ModelThread>> full = new HashMap<>();
			for (ModelPool pool : PoolModel.this.pools) {
				Set<ModelThread> threads = new LinkedHashSet<>();
				for (ModelThread thread : List.copyOf(pool.threads)) {
					goOn();
					if (thread.task != null) {
						threads.add(thread);
					}
				}
				goOn();
				int limit = pool.limit();
				goOn();
				long active = pool.threads.stream().filter((thread) -> thread.task != null).count();
				if (!threads.isEmpty() && threads.size() >= limit && active <= threads.size() && active >= limit) {
					full.put(pool, threads);
				}
			}
			return full;
		}

		@Override
		public @Nullable Object awaited(ModelThread thread) {
			goOn();
			return thread.timed ? null : thread.awaited;
		}

		@Override
		public Set<Need<ModelPool, ModelThread>> needs(ModelThread thread, Object awaited) {
			goOn();
			if (awaited instanceof ModelPool pool) {
				return Set.of(Need.of(pool));
			}
			ModelTask task = (ModelTask) awaited;
			ModelThread runner = task.thread;
			goOn();
			return (runner != null) ? Set.of(Need.ofThread(runner))
					: (task.state == State.QUEUED) ? Set.of(Need.of(task.pool)) : Set.of();
		}

		private void goOn() {
			if (!PoolModel.this.frozen) {
				for (int steps = PoolModel.this.random.nextInt(3); steps > 0; steps--) {
					step();
				}
			}
		}

	}

}

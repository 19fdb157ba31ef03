package io.lifeguard.test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiPredicate;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.lifeguard.OwnedTask;
import io.lifeguard.TaskFailure;
import io.lifeguard.TaskOwner;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * The tasks that one test has submitted, with all that those have submitted. Takes note
 * of none once the test is over. Of those that have run only the failed ones are kept.
 */
final class TestTasks implements TaskOwner {

	private static final Log logger = LogFactory.getLog(TestTasks.class);

	/** Tasks kept before those that have run are sorted out. */
	private static final int FIRST_LIMIT = 1024;

	private static final Duration FOREVER = Duration.ofNanos(Long.MAX_VALUE);

	private static final long FIRST_PAUSE = TimeUnit.MICROSECONDS.toNanos(50);

	private static final long LONGEST_PAUSE = TimeUnit.MILLISECONDS.toNanos(5);

	private final Class<?> testClass;

	private final Duration settle;

	private final List<OwnedTask> unsorted = new ArrayList<>();

	private final List<OwnedTask> failed = new ArrayList<>();

	private final Set<OwnedTask> givenUp = new HashSet<>();

	private final Map<String, Integer> runs = new HashMap<>();

	/** Calls on behalf of the test that have not returned. */
	private final AtomicInteger calls = new AtomicInteger();

	private int limit = FIRST_LIMIT;

	private boolean over;

	/**
	 * Begin to take note of the tasks of a test.
	 * @param settle how long to wait for them at most
	 */
	TestTasks(Class<?> testClass, Duration settle) {
		this.testClass = testClass;
		this.settle = settle;
	}

	@Override
	public synchronized void submitted(OwnedTask task) {
		if (this.over) {
			return;
		}
		this.unsorted.add(task);
		if (this.unsorted.size() >= this.limit) {
			this.limit = Math.max(FIRST_LIMIT, 2 * sorted().size());
		}
	}

	@Override
	public <T> T call(Supplier<T> function) {
		this.calls.incrementAndGet();
		try {
			return RunningTests.INSTANCE.call(this, function);
		}
		finally {
			this.calls.decrementAndGet();
		}
	}

	/**
	 * Whether the given stack runs code of the test's class.
	 */
	boolean isCodeOn(StackTraceElement[] stack) {
		String name = this.testClass.getName();
		return Arrays.stream(stack)
			.map(StackTraceElement::getClassName)
			.anyMatch((type) -> type.equals(name) || type.startsWith(name + "$"));
	}

	/**
	 * Wait until no task is pending any more, for as long as tasks are given to settle.
	 * Those that are still pending then are not waited for again.
	 */
	void settle() {
		await((left) -> !isPending(left));
		synchronized (this) {
			sorted().stream().filter((task) -> task.isPending(Duration.ZERO)).forEach(this.givenUp::add);
			if (!this.givenUp.isEmpty()) {
				logger.info("Tasks of " + this.testClass.getName() + " have not ended within " + this.settle.toMillis()
						+ " ms after a test, in pools "
						+ this.givenUp.stream()
							.map(OwnedTask::poolName)
							.collect(Collectors.toCollection(TreeSet::new)));
			}
		}
	}

	/**
	 * Wait until no task is pending any more, and nobody is to read an unexpected failure
	 * any more, for as long as tasks are given to settle; and take note of no further
	 * task.
	 * @return the failures that nobody has handled
	 */
	List<TaskFailure> end(Predicate<TaskFailure> expected) {
		await((left) -> !isPending(left)
				&& unhandled().stream().allMatch((task) -> task.isDecided() || expected.test(failure(task))));
		synchronized (this) {
			this.over = true;
			return unhandled().stream().map(TestTasks::failure).toList();
		}
	}

	/**
	 * Wait until the pool has run so many tasks, or no task is pending any more.
	 * @return the number of tasks that it has run
	 */
	int awaitRuns(String pool, int runs) {
		await((left) -> runs(pool) == runs || !isPending(left));
		return runs(pool);
	}

	/**
	 * Wait until one of the pool's tasks has failed, or none is pending any more.
	 * @return the failures, whoever has handled them
	 */
	List<TaskFailure> awaitFailures(String pool) {
		await((left) -> !failures(pool).isEmpty() || !isPending(left, pool));
		return failures(pool);
	}

	private void await(Predicate<Duration> over) {
		boolean interrupted = Thread.interrupted(); // it would keep this from waiting
		long deadline = System.nanoTime() + this.settle.toNanos();
		long left = this.settle.toNanos();
		long pause = FIRST_PAUSE;
		while (!over.test(Duration.ofNanos(Math.max(0, left))) && left > 0) {
			LockSupport.parkNanos(Math.min(pause, left));
			pause = Math.min(2 * pause, LONGEST_PAUSE);
			left = deadline - System.nanoTime();
		}
		if (interrupted) {
			Thread.currentThread().interrupt();
		}
	}

	private boolean isPending(Duration within) {
		// Calls come second: one begins before its task is not pending any more
		return waitedFor().anyMatch((task) -> task.isPending(within)) || this.calls.get() > 0;
	}

	private boolean isPending(Duration within, String pool) {
		return waitedFor().anyMatch((task) -> task.poolName().equals(pool) && task.isPending(within));
	}

	private synchronized Stream<OwnedTask> waitedFor() {
		List<OwnedTask> tasks = new ArrayList<>(sorted());
		tasks.removeAll(this.givenUp);
		return tasks.stream();
	}

	/**
	 * Return the failures that nobody has read, and somebody should. What the end of its
	 * pool has interrupted, the test has ended itself.
	 */
	private List<OwnedTask> unhandled() {
		return failed((task, failure) -> task.isReportable() && !failure.interrupted());
	}

	private List<TaskFailure> failures(String pool) {
		return failed((task, failure) -> failure.pool().equals(pool)).stream().map(TestTasks::failure).toList();
	}

	private synchronized List<OwnedTask> failed(BiPredicate<OwnedTask, TaskFailure> wanted) {
		// A task may fail before it has run to its end
		return Stream.concat(this.failed.stream(), sorted().stream()).filter((task) -> {
			TaskFailure failure = task.taskFailure();
			return failure != null && wanted.test(task, failure);
		}).toList();
	}

	private static TaskFailure failure(OwnedTask failed) {
		return Objects.requireNonNull(failed.taskFailure());
	}

	private synchronized int runs(String pool) {
		sorted();
		return this.runs.getOrDefault(pool, 0);
	}

	/**
	 * Sort out the tasks that have run.
	 * @return the others, as they are now
	 */
	private synchronized List<OwnedTask> sorted() {
		this.unsorted.removeIf((task) -> {
			// Asked before, since it fails before it is not pending any more
			boolean over = !task.isPending(FOREVER) && task.hasRun();
			if (over) {
				this.runs.merge(task.poolName(), 1, Integer::sum);
				if (task.taskFailure() != null) {
					this.failed.add(task);
				}
			}
			return over;
		});
		return List.copyOf(this.unsorted);
	}

}

package io.lifeguard.server;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Delayed;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

import io.lifeguard.PoolSnapshot;
import io.lifeguard.ThreadsSnapshot;
import io.lifeguard.support.Fields;
import org.jspecify.annotations.Nullable;
import reactor.core.Scannable;
import reactor.core.Scannable.Attr;
import reactor.core.scheduler.Scheduler;

/**
 * Tells of the threads of one of Reactor's schedulers. Each of them has an executor of
 * its own, with a queue in which timers stand too, which wait for no thread until they
 * are due.
 */
final class ReactorThreads {

	private final Scheduler scheduler;

	private final Scannable scannable;

	private final boolean virtual;

	ReactorThreads(Scheduler scheduler) {
		this.scheduler = scheduler;
		this.scannable = Scannable.from(scheduler);
		this.virtual = scheduler.getClass().getSimpleName().contains("ThreadPerTask");
	}

	ThreadsSnapshot snapshot() {
		List<ThreadPoolExecutor> workers = this.virtual ? null : workers();
		Integer most = this.scannable.scan(Attr.CAPACITY);
		if (workers == null) {
			Integer current = this.scannable.scan(Attr.BUFFERED);
			return snapshot((most != null && current != null) ? new PoolSnapshot.Size(0, most, current, null) : null,
					null, null, false);
		}
		int threads = 0;
		int busy = 0;
		int waiting = 0;
		for (ThreadPoolExecutor worker : workers) {
			int due = due(worker);
			threads += worker.getPoolSize();
			// What is due keeps its thread busy, also on its way to the next
			busy += (worker.getActiveCount() > 0 || due > 0) ? 1 : 0;
			waiting += due;
		}
		int limit = (most != null) ? most : workers.size();
		return snapshot(new PoolSnapshot.Size(0, limit, threads, null), busy, new PoolSnapshot.Queue(waiting, null),
				waiting > 0 && busy >= limit);
	}

	private ThreadsSnapshot snapshot(PoolSnapshot.@Nullable Size size, @Nullable Integer active,
			PoolSnapshot.@Nullable Queue queue, boolean full) {
		return new ThreadsSnapshot(this.scheduler.getClass().getName(), this.virtual ? "virtual" : "platform", size,
				active, queue, full);
	}

	/**
	 * Return the executors of all threads, or {@code null} if they can't be looked at.
	 */
	private @Nullable List<ThreadPoolExecutor> workers() {
		Object state = Fields.get(this.scheduler, "state");
		Object resource = (state != null) ? Fields.get(state, "currentResource") : null;
		List<@Nullable Object> executors = new ArrayList<>();
		if (resource instanceof Object[] several) {
			executors.addAll(Arrays.asList(several));
		}
		else if (resource instanceof ThreadPoolExecutor) {
			executors.add(resource);
		}
		else {
			this.scannable.inners().forEach((inner) -> executors.add(Fields.get(inner, "executor")));
		}
		List<ThreadPoolExecutor> workers = new ArrayList<>();
		for (Object executor : executors) {
			if (!(executor instanceof ThreadPoolExecutor worker)) {
				return null; // something else is around it
			}
			workers.add(worker);
		}
		return workers;
	}

	private static int due(ThreadPoolExecutor worker) {
		int due = 0;
		for (Runnable task : worker.getQueue()) {
			due += (task instanceof Delayed timer && timer.getDelay(TimeUnit.NANOSECONDS) > 0) ? 0 : 1;
		}
		return due;
	}

}

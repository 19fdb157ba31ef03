package io.lifeguard.engine.health;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

import io.lifeguard.RejectionPolicy;
import io.lifeguard.engine.executor.RejectionHandlers;
import io.lifeguard.engine.executor.TaskQueue;
import io.lifeguard.engine.guard.ExecutorGuard;
import io.lifeguard.engine.pool.Pool;
import io.lifeguard.engine.pool.PoolRegistry;

import org.springframework.core.task.AsyncTaskExecutor;
import org.springframework.scheduling.concurrent.ConcurrentTaskExecutor;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;
import org.springframework.security.task.DelegatingSecurityContextAsyncTaskExecutor;

/**
 * Real pools of random shapes, each thread of which waits in a random way for the next
 * pool, and that of the last one for the first; and some that are near and well.
 */
final class Circle implements AutoCloseable {

	private static final ThreadFactory DAEMONS = (work) -> {
		Thread thread = new Thread(work);
		thread.setDaemon(true);
		return thread;
	};

	private final Random random;

	private final PoolRegistry registry;

	private final String name;

	private final List<Member> members = new ArrayList<>();

	private final List<Pool> bystanders = new ArrayList<>();

	private final List<ExecutorService> executors = new ArrayList<>();

	private final Queue<Future<?>> futures = new ConcurrentLinkedQueue<>();

	private final CountDownLatch release = new CountDownLatch(1);

	Circle(long seed, PoolRegistry registry) {
		this.random = new Random(seed);
		this.registry = registry;
		this.name = "circle" + seed;
		int size = 1 + this.random.nextInt(5);
		for (int i = 0; i < size; i++) {
			this.members.add(newMember(this.name + "-" + i));
		}
	}

	/**
	 * Let each thread begin to wait.
	 */
	void begin() throws InterruptedException {
		int threads = this.members.stream().mapToInt((member) -> member.threads).sum();
		CountDownLatch running = new CountDownLatch(threads);
		CountDownLatch all = new CountDownLatch(1);
		for (Member member : this.members) {
			Member next = this.members.get((this.members.indexOf(member) + 1) % this.members.size());
			for (int i = 0; i < member.threads; i++) {
				Way way = next.way(this.random);
				int number = i;
				member.running.add(member.guard.submit(() -> {
					running.countDown();
					all.await();
					return await(way, next, number);
				}));
			}
		}
		running.await();
		beginBystanders();
		all.countDown();
	}

	private void beginBystanders() {
		Member first = this.members.get(0);
		AsyncTaskExecutor half = newBystander("half", 2);
		half.execute(this::awaitRelease);
		half.submit(() -> first.running.get(0).get());
		AsyncTaskExecutor limited = newBystander("limited", 1);
		limited.submit(() -> first.running.get(0).get(1, TimeUnit.HOURS));
		AsyncTaskExecutor timer = newBystander("timer", 1);
		timer.execute(() -> noted(CompletableFuture.supplyAsync(() -> 1, timer).orTimeout(1, TimeUnit.HOURS)).join());
		AsyncTaskExecutor either = newBystander("either", 1);
		CompletableFuture<Object> other = noted(new CompletableFuture<>());
		either.execute(() -> noted(CompletableFuture.anyOf(noted(either.submitCompletable(() -> 1)), other)).join());
		AsyncTaskExecutor latch = newBystander("latch", 2);
		latch.execute(this::awaitRelease);
		latch.execute(this::awaitRelease);
		newBystander("idle", 1);
	}

	private AsyncTaskExecutor newBystander(String kind, int threads) {
		ExecutorService executor = Executors.newFixedThreadPool(threads, DAEMONS);
		this.executors.add(executor);
		Pool pool = this.registry.register(this.name + "-" + kind, executor);
		this.bystanders.add(pool);
		return ExecutorGuard.of(executor, pool);
	}

	private Member newMember(String name) {
		int core = 1 + this.random.nextInt(3);
		int max = core + this.random.nextInt(3);
		switch (this.random.nextInt(7)) {
			case 0 -> {
				ThreadPoolTaskExecutor executor = new ThreadPoolTaskExecutor();
				executor.setThreadFactory(DAEMONS);
				executor.setCorePoolSize(core);
				executor.setMaxPoolSize(max);
				executor.setQueueCapacity(this.random.nextBoolean() ? 1000 : Integer.MAX_VALUE);
				executor.initialize();
				this.executors.add(executor.getThreadPoolExecutor());
				return new Member(name, executor, core, false);
			}
			case 1 -> {
				return newMember(name, core, max, new LinkedBlockingQueue<>(1000), core);
			}
			case 2 -> {
				return newMember(name, core, max, new SynchronousQueue<>(), max);
			}
			case 3 -> {
				TaskQueue queue = new TaskQueue(1000);
				Member member = newMember(name, core, max, queue, max);
				queue.growFirst((ThreadPoolExecutor) member.executor);
				return member;
			}
			case 4 -> {
				Member member = newMember(name, core, core, new LinkedBlockingQueue<>(1), core);
				((ThreadPoolExecutor) member.executor)
					.setRejectedExecutionHandler(RejectionHandlers.of(RejectionPolicy.BLOCK, null));
				return member;
			}
			case 5 -> {
				ExecutorService executor = Executors.newSingleThreadExecutor(DAEMONS);
				this.executors.add(executor);
				return new Member(name, executor, 1, false);
			}
			default -> {
				ExecutorService executor = Executors.newScheduledThreadPool(core, DAEMONS);
				this.executors.add(executor);
				return new Member(name, executor, core, false);
			}
		}
	}

	private Member newMember(String name, int core, int max, BlockingQueue<Runnable> queue, int threads) {
		ThreadPoolExecutor executor = new ThreadPoolExecutor(core, max, 1, TimeUnit.MINUTES, queue, DAEMONS);
		this.executors.add(executor);
		return new Member(name, executor, threads, queue instanceof SynchronousQueue);
	}

	private Object await(Way way, Member next, int number) throws Exception {
		Callable<Object> task = () -> 1;
		AsyncTaskExecutor pool = next.guard;
		return switch (way) {
			case GET -> noted(pool.submit(task)).get();
			case JOIN -> noted(pool.submitCompletable(task)).join();
			case DERIVED -> noted(noted(pool.submitCompletable(task)).handle((value, failure) -> 2)).join();
			case ALL_OF ->
				CompletableFuture
					.allOf(noted(new CompletableFuture<>().completeAsync(() -> 1, DAEMONS::newThread)),
							noted(CompletableFuture.supplyAsync(() -> 1, pool)))
					.join();
			case SUPPLY -> noted(CompletableFuture.supplyAsync(() -> 1, pool)).join();
			case ASYNC_STAGE -> noted(noted(CompletableFuture.runAsync(() -> {
			}, pool)).thenCombineAsync(CompletableFuture.completedFuture(1), (none, one) -> one, pool)).get();
			case INVOKE_ALL -> ((pool instanceof ExecutorService service)) ? service.invokeAll(List.of(task, task))
					: noted(pool.submit(task)).get();
			case INVOKE_ANY -> ((pool instanceof ExecutorService service)) ? service.invokeAny(List.of(task, task))
					: noted(pool.submit(task)).get();
			case ADAPTED -> noted(new ConcurrentTaskExecutor(pool).submit(task)).get();
			case SECURED -> noted(new DelegatingSecurityContextAsyncTaskExecutor(pool).submit(task)).get();
			case RUNNING -> next.running.get(number % next.threads).get();
		};
	}

	private <F extends Future<?>> F noted(F future) {
		this.futures.add(future);
		return future;
	}

	private void awaitRelease() {
		try {
			this.release.await();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	List<Pool> pools() {
		return this.members.stream().map((member) -> member.pool).toList();
	}

	List<Pool> bystanders() {
		return this.bystanders;
	}

	@Override
	public void close() {
		this.release.countDown();
		this.futures.forEach((future) -> future.cancel(true));
		this.members.forEach((member) -> member.running.forEach((future) -> future.cancel(true)));
		this.executors.forEach(ExecutorService::shutdownNow);
		this.futures.forEach((future) -> future.cancel(true));
	}

	@Override
	public String toString() {
		return this.name;
	}

	private enum Way {

		GET(false), JOIN(true), DERIVED(true), ALL_OF(true), SUPPLY(true), ASYNC_STAGE(true), INVOKE_ALL(false),
		INVOKE_ANY(false), ADAPTED(false), SECURED(false), RUNNING(false);

		/** Whether it is done through a completable future. */
		private final boolean completable;

		Way(boolean completable) {
			this.completable = completable;
		}

	}

	/**
	 * A pool of the circle.
	 */
	private final class Member {

		private final Object executor;

		private final Pool pool;

		private final ExecutorGuard guard;

		/** How many threads it starts for what it has to do. */
		private final int threads;

		/** Whether nothing waits in it. */
		private final boolean handsOver;

		/** Whether its queue can't be looked at. */
		private final boolean opaque;

		private final List<Future<Object>> running = new ArrayList<>();

		Member(String name, Object executor, int threads, boolean handsOver) {
			this.executor = executor;
			this.pool = Circle.this.registry.register(name, executor);
			this.guard = ExecutorGuard.of(executor, this.pool);
			this.threads = threads;
			this.handsOver = handsOver;
			this.opaque = !(executor instanceof ThreadPoolExecutor || executor instanceof ThreadPoolTaskExecutor);
		}

		/**
		 * Return a way to wait for the pool.
		 */
		Way way(Random random) {
			if (this.handsOver) {
				return Way.RUNNING;
			}
			Way way = Way.values()[random.nextInt(Way.values().length)];
			return (this.opaque && way.completable) ? Way.GET : way;
		}

	}

}

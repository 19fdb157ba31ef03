package io.lifeguard.shop;

import java.io.IOException;
import java.lang.Thread.UncaughtExceptionHandler;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinTask;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import com.google.common.util.concurrent.ListenableFuture;
import com.google.common.util.concurrent.ListeningExecutorService;
import com.google.common.util.concurrent.MoreExecutors;
import io.lifeguard.GuardedApplication;
import io.lifeguard.shop.Calls.Mail;
import io.micrometer.context.ContextExecutorService;
import io.micrometer.context.ContextScheduledExecutorService;
import io.micrometer.context.ContextSnapshotFactory;
import io.micrometer.core.instrument.binder.jvm.ExecutorServiceMetrics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.JRE;

import org.springframework.core.task.AsyncTaskExecutor;
import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.core.task.VirtualThreadTaskExecutor;
import org.springframework.core.task.support.TaskExecutorAdapter;
import org.springframework.scheduling.TaskScheduler;
import org.springframework.scheduling.concurrent.ConcurrentTaskExecutor;
import org.springframework.scheduling.concurrent.ConcurrentTaskScheduler;
import org.springframework.scheduling.concurrent.SimpleAsyncTaskScheduler;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;
import org.springframework.scheduling.concurrent.ThreadPoolTaskScheduler;
import org.springframework.security.concurrent.DelegatingSecurityContextExecutor;
import org.springframework.security.concurrent.DelegatingSecurityContextExecutorService;
import org.springframework.security.concurrent.DelegatingSecurityContextScheduledExecutorService;
import org.springframework.security.scheduling.DelegatingSecurityContextTaskScheduler;
import org.springframework.security.task.DelegatingSecurityContextAsyncTaskExecutor;
import org.springframework.test.util.ReflectionTestUtils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Runs executors of many classes with the guard and without, and compares all that an
 * application can observe. What differs stands in {@code docs/what-changes.md}, whose
 * rows are read here, and nothing else differs.
 */
@SuppressWarnings("SelfComparison") // a future may compare itself
class UnchangedBehaviourTests {

	private static final Pattern ROW = Pattern.compile("\\| (.+?) \\| (.+?) \\| (.+?) \\| (.+?) \\| (.+?) \\|");

	private static final RuntimeException FAILURE = new IllegalStateException("fails");

	@Test
	void differsInNothingButWhatIsDocumented() throws IOException {
		Set<String> documented = documented();
		Map<String, Set<String>> differences = new TreeMap<>();
		executors().forEach((name, executor) -> {
			Map<String, String> plain = observe(executor, false);
			Map<String, String> guarded = observe(executor, true);
			assertThat(guarded.keySet()).isEqualTo(plain.keySet());
			plain.forEach((behaviour, observed) -> {
				if (!observed.equals(guarded.get(behaviour))) {
					String row = documented.stream().filter(behaviour::startsWith).findFirst().orElse(behaviour);
					differences.computeIfAbsent(row, (key) -> new TreeSet<>())
						.add(name + ", " + behaviour + ": " + observed + " -> " + guarded.get(behaviour));
				}
			});
		});
		assertThat(differences.keySet()).as("Differences: %s", differences).isEqualTo(documented);
	}

	private static Set<String> documented() throws IOException {
		Set<String> documented = new TreeSet<>();
		for (String line : Files.readAllLines(Path.of("../docs/what-changes.md"))) {
			Matcher row = ROW.matcher(line);
			if (row.matches() && !row.group(1).startsWith("-") && !row.group(1).equals("What")) {
				documented.add(row.group(1));
			}
		}
		return documented;
	}

	private static Map<String, Function<Calls, Object>> executors() {
		Map<String, Function<Calls, Object>> executors = new LinkedHashMap<>();
		executors.put("ThreadPoolExecutor", (calls) -> pool(3));
		executors.put("ScheduledThreadPoolExecutor", (calls) -> new ScheduledThreadPoolExecutor(1));
		executors.put("ForkJoinPool", (calls) -> new ForkJoinPool(1));
		executors.put("newSingleThreadExecutor", (calls) -> Executors.newSingleThreadExecutor());
		executors.put("newSingleThreadScheduledExecutor", (calls) -> Executors.newSingleThreadScheduledExecutor());
		executors.put("ThreadPoolTaskExecutor", (calls) -> {
			ThreadPoolTaskExecutor executor = new ThreadPoolTaskExecutor();
			executor.setMaxPoolSize(1);
			executor.setQueueCapacity(3);
			return executor;
		});
		executors.put("ThreadPoolTaskScheduler", (calls) -> new ThreadPoolTaskScheduler());
		executors.put("SimpleAsyncTaskExecutor", (calls) -> new SimpleAsyncTaskExecutor("simple-"));
		executors.put("SimpleAsyncTaskScheduler", (calls) -> new SimpleAsyncTaskScheduler());
		executors.put("ConcurrentTaskExecutor", (calls) -> new ConcurrentTaskExecutor(pool()));
		executors.put("OwnPool", (calls) -> new Calls.OwnPool(3, calls));
		executors.put("OwnScheduler", (calls) -> new Calls.OwnScheduler(calls));
		executors.put("OwnSpringPool", (calls) -> new Calls.OwnSpringPool(3, calls));
		executors.put("OwnSpringScheduler", (calls) -> new Calls.OwnSpringScheduler(calls));
		executors.put("HookedSpringPool", (calls) -> new Calls.HookedSpringPool(3, calls));
		executors.put("OwnSimpleExecutor", Calls.OwnSimpleExecutor::new);
		executors.put("OwnSimpleScheduler", Calls.OwnSimpleScheduler::new);
		executors.put("OwnConcurrentExecutor", (calls) -> new Calls.OwnConcurrentExecutor(pool(), calls));
		executors.put("OwnConcurrentScheduler",
				(calls) -> new Calls.OwnConcurrentScheduler(new ScheduledThreadPoolExecutor(1), calls));
		executors.put("OwnForkJoinPool", Calls.OwnForkJoinPool::new);
		executors.put("ConcurrentTaskScheduler",
				(calls) -> new ConcurrentTaskScheduler(new ScheduledThreadPoolExecutor(1)));
		executors.put("TaskExecutorAdapter", (calls) -> new TaskExecutorAdapter(pool()));
		executors.put("unconfigurableExecutorService", (calls) -> Executors.unconfigurableExecutorService(pool()));
		executors.put("ClosedPool", (calls) -> new Calls.ClosedPool());
		executors.put("ClosedSpringPool", (calls) -> new Calls.ClosedSpringPool());
		if (JRE.currentVersionNumber() >= 21) {
			executors.put("VirtualThreadTaskExecutor", (calls) -> new VirtualThreadTaskExecutor("virtual-"));
			executors.put("newVirtualThreadPerTaskExecutor", (calls) -> newVirtualThreadPerTaskExecutor());
		}
		putLibraries(executors);
		return executors;
	}

	private static void putLibraries(Map<String, Function<Calls, Object>> executors) {
		executors.put("Guava's listening decorator", (calls) -> MoreExecutors.listeningDecorator(pool()));
		executors.put("Guava's listening decorator of a scheduler",
				(calls) -> MoreExecutors.listeningDecorator(new ScheduledThreadPoolExecutor(1)));
		executors.put("Guava's sequential executor", (calls) -> MoreExecutors.newSequentialExecutor(pool()));
		executors.put("Spring Security's executor", (calls) -> new DelegatingSecurityContextExecutor(pool()));
		executors.put("Spring Security's executor service",
				(calls) -> new DelegatingSecurityContextExecutorService(pool()));
		executors.put("Spring Security's scheduled executor service",
				(calls) -> new DelegatingSecurityContextScheduledExecutorService(new ScheduledThreadPoolExecutor(1)));
		executors.put("Spring Security's task executor",
				(calls) -> new DelegatingSecurityContextAsyncTaskExecutor(new SimpleAsyncTaskExecutor("simple-")));
		executors.put("Spring Security's task scheduler",
				(calls) -> new DelegatingSecurityContextTaskScheduler(new SimpleAsyncTaskScheduler()));
		executors.put("Micrometer's context executor service",
				(calls) -> ContextExecutorService.wrap(pool(), ContextSnapshotFactory.builder().build()::captureAll));
		executors.put("Micrometer's context scheduler", (calls) -> ContextScheduledExecutorService
			.wrap(new ScheduledThreadPoolExecutor(1), ContextSnapshotFactory.builder().build()::captureAll));
		executors.put("Micrometer's timed executor service",
				(calls) -> ExecutorServiceMetrics.monitor(new SimpleMeterRegistry(), pool(), "timed"));
		executors.put("Micrometer's timed scheduler", (calls) -> ExecutorServiceMetrics
			.monitor(new SimpleMeterRegistry(), new ScheduledThreadPoolExecutor(1), "timed"));
	}

	private static Object newVirtualThreadPerTaskExecutor() {
		return ReflectionTestUtils.invokeMethod(Executors.class, "newVirtualThreadPerTaskExecutor");
	}

	private static ThreadPoolExecutor pool() {
		return pool(100);
	}

	private static ThreadPoolExecutor pool(int capacity) {
		return new ThreadPoolExecutor(1, 1, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>(capacity));
	}

	/**
	 * Return what each behaviour of the executor was seen to be.
	 */
	@SuppressWarnings({ "unchecked", "rawtypes" })
	private static Map<String, String> observe(Function<Calls, Object> supplier, boolean guarded) {
		Map<String, String> observed = new LinkedHashMap<>();
		UncaughtExceptionHandler before = Thread.getDefaultUncaughtExceptionHandler();
		Queue<Throwable> uncaught = new ConcurrentLinkedQueue<>();
		Thread.setDefaultUncaughtExceptionHandler((thread, thrown) -> uncaught.add(thrown));
		try {
			Calls calls = new Calls();
			Object bean = supplier.apply(calls);
			Class type = declaredType(bean);
			GuardedApplication application = new GuardedApplication().with("executor", type, () -> bean);
			if (!guarded) {
				application.unguarded();
			}
			application
				.run(() -> new Observation(application.bean("executor", Object.class), type, calls, uncaught, observed)
					.observeAll());
		}
		finally {
			Thread.setDefaultUncaughtExceptionHandler(before);
		}
		return observed;
	}

	/**
	 * Return the type by which an application declares such a bean.
	 */
	private static Class<?> declaredType(Object bean) {
		boolean own = bean.getClass().getName().startsWith(Calls.class.getName());
		for (Class<?> type : List.of(ListeningExecutorService.class, ScheduledExecutorService.class,
				ExecutorService.class)) {
			if (type.isInstance(bean) && !own && !Modifier.isPublic(bean.getClass().getModifiers())) {
				return type;
			}
		}
		return bean.getClass();
	}

	/**
	 * Looks at one executor.
	 */
	private record Observation(Object bean, Class<?> type, Calls calls, Queue<Throwable> uncaught,
			Map<String, String> observed) {

		void observeAll() throws Exception {
			note("type of the executor", this.type.isInstance(this.bean));
			note("class of an executor", this.bean.getClass());
			note("words of the executor", this.bean);
			if (this.bean instanceof Executor executor) {
				execute(executor);
			}
			if (this.bean instanceof AsyncTaskExecutor executor) {
				submit(executor::submit, executor::submit);
				complete(executor);
			}
			else if (this.bean instanceof ExecutorService service) {
				submit(service::submit, service::submit);
				invoke(service);
			}
			if (this.bean instanceof ThreadPoolTaskExecutor executor) {
				queue(executor, executor.getThreadPoolExecutor());
			}
			else if (this.bean instanceof ThreadPoolExecutor pool) {
				queue(pool, pool);
			}
			if (this.bean instanceof ScheduledExecutorService scheduler) {
				schedule(scheduler);
			}
			if (this.bean instanceof TaskScheduler scheduler) {
				schedule(scheduler);
			}
			if (this.bean instanceof ExecutorService service) {
				shutDown(service);
			}
			if (this.bean instanceof ThreadPoolTaskExecutor executor) {
				close(executor);
			}
		}

		private void execute(Executor executor) throws Exception {
			List<Integer> order = new ArrayList<>();
			CountDownLatch ran = new CountDownLatch(3);
			boolean single = !isSimple();
			for (int i = 0; i < 3; i++) {
				int number = i;
				executor.execute(() -> {
					synchronized (order) {
						order.add(number);
					}
					ran.countDown();
				});
			}
			ran.await();
			quiet();
			note("order of tasks", single ? order : new TreeSet<>(order));
			note("hooks of a lambda that is executed", sorted(this.calls.take()));
			run(executor, new Mail(() -> note("name of a thread", threadName())));
			note(hooks(isBlind(), "a task that is executed"), this.calls.take());
			Thread[] worker = new Thread[3];
			run(executor, () -> worker[0] = Thread.currentThread());
			this.calls.take();
			CountDownLatch failing = new CountDownLatch(1);
			executor.execute(new Mail(() -> {
				worker[2] = Thread.currentThread();
				failing.countDown();
				throw FAILURE;
			}));
			failing.await();
			quiet();
			run(executor, () -> worker[1] = Thread.currentThread());
			if (worker[1] != worker[2] && !(this.bean instanceof ForkJoinPool)) {
				worker[2].join(); // it ends, and its handler is called then
			}
			note("worker after a failure", (worker[0] == worker[1]) ? "the same" : "another");
			note("hooks of a task that fails", failures(this.calls.take()));
			note("uncaught failures", this.uncaught.size());
			note("nothing to execute", thrown(() -> {
				executor.execute(null);
				return null;
			}));
			this.calls.take();
		}

		private boolean isSimple() {
			return this.bean instanceof SimpleAsyncTaskExecutor
					|| this.bean.getClass().getName().contains("DelegatingSecurityContextAsync");
		}

		/**
		 * Whether nothing but the guard's own task tells of what the executor is given to
		 * execute.
		 */
		private boolean isBlind() {
			return this.bean instanceof TaskScheduler || this.bean instanceof ForkJoinPool
					|| this.bean instanceof SimpleAsyncTaskExecutor || this.bean instanceof ConcurrentTaskExecutor;
		}

		private static String hooks(boolean blind, String task) {
			return (blind ? "task in a method of the application's own" : "hooks") + " of " + task;
		}

		private static List<String> sorted(List<String> noted) {
			// The pool's thread and the caller note at the same time
			return noted.stream().sorted().toList();
		}

		private static List<String> failures(List<String> noted) {
			// The next task may come to a new worker before the old one has died
			return noted.stream().filter((line) -> line.contains("fails")).sorted().toList();
		}

		private void submit(Function<Runnable, Future<?>> runnable, Function<Callable<String>, Future<String>> callable)
				throws Exception {
			Future<?> nothing = runnable.apply(new Mail(() -> {
			}));
			note("result of a runnable", nothing.get());
			Future<String> future = callable.apply(new Mail(() -> {
			}));
			note("result of a callable", future.get());
			quiet();
			note("class of a future of a task", relations(nothing) + relations(future));
			note(hooks(this.bean instanceof TaskScheduler, "a task that is submitted"), sorted(this.calls.take()));
			note("class of a future of a lambda", relations(callable.apply(() -> "done")));
			quiet();
			this.calls.take();
			Future<String> failed = callable.apply(() -> {
				throw FAILURE;
			});
			note("exception of a lambda", thrown(failed::get));
			Future<String> mail = callable.apply(new Mail(() -> {
				throw FAILURE;
			}));
			note("exception of a task", thrown(mail::get));
			note("exception read in time", thrown(() -> mail.get(1, TimeUnit.SECONDS)));
			quiet();
			this.calls.take();
			if (!(this.bean instanceof ForkJoinPool)) { // it never interrupts
				cancel(callable);
			}
			note("nothing to submit", thrown(() -> callable.apply(null)));
			this.calls.take();
		}

		private void cancel(Function<Callable<String>, Future<String>> callable) throws Exception {
			CountDownLatch begun = new CountDownLatch(1);
			CountDownLatch interrupted = new CountDownLatch(1);
			Future<String> running = callable.apply(new Mail(() -> {
				begun.countDown();
				try {
					new CountDownLatch(1).await(10, TimeUnit.SECONDS);
				}
				catch (InterruptedException ex) {
					interrupted.countDown();
				}
			}));
			begun.await();
			boolean cancelled = running.cancel(true);
			boolean seen = interrupted.await(10, TimeUnit.SECONDS);
			note("cancelling a running task", cancelled + " " + running.isCancelled() + " " + running.isDone() + " "
					+ seen + " " + thrown(running::get) + " " + running.cancel(true));
			note("interrupt of the next task", callable.apply(() -> "" + Thread.interrupted()).get());
			quiet();
			note("hooks of cancelling", this.calls.take().stream().filter("cancel"::equals).toList());
		}

		private void complete(AsyncTaskExecutor executor) throws Exception {
			note("completable result", executor.submitCompletable(() -> "done").get());
			note("exception of a completable future", executor.submitCompletable((Callable<String>) new Mail(() -> {
				throw FAILURE;
			})).handle((value, ex) -> words(ex) + " " + (ex.getCause() == FAILURE)).get());
			CompletionException own = new CompletionException("own", FAILURE);
			note("CompletionException of a task's own", executor.submitCompletable((Callable<String>) () -> {
				throw own;
			}).handle((value, ex) -> words(ex) + " " + (ex == own) + " " + (ex.getCause() == FAILURE)).get());
			note("class of a future of submitCompletable",
					executor.submitCompletable(() -> "done").getClass().getName());
			quiet();
			this.calls.take();
		}

		private void invoke(ExecutorService service) throws Exception {
			List<Callable<String>> tasks = List.of(new Mail(() -> {
			}), () -> "done", () -> {
				throw FAILURE;
			});
			List<String> kinds = new ArrayList<>();
			List<String> results = new ArrayList<>();
			for (Future<String> future : service.invokeAll(tasks)) {
				kinds.add(relations(future));
				results.add(thrown(future::get));
			}
			note("class of a future of invokeAll", kinds);
			note("invokeAll", results);
			quiet();
			note("hooks of invokeAll",
					sorted(this.calls.take()).stream().filter((line) -> !line.equals("get")).toList()); // of
																										// futures
																										// not
																										// done
																										// yet
			note("invokeAny", service.invokeAny(List.of(() -> "done")));
			quiet();
			this.calls.take();
			note("invokeAny of a task", service.invokeAny(List.of(new Mail(() -> {
			}))));
			quiet();
			note("hooks of invokeAny", sorted(this.calls.take()));
			note("invokeAny of failures", thrown(() -> service.invokeAny(List.of(() -> {
				throw FAILURE;
			}))));
			quiet();
			this.calls.take();
		}

		private void queue(Executor executor, ThreadPoolExecutor pool) throws Exception {
			if (pool instanceof ScheduledThreadPoolExecutor) {
				return;
			}
			CountDownLatch release = hold(executor);
			Mail mail = new Mail(() -> {
			});
			Runnable lambda = () -> {
			};
			executor.execute(mail);
			executor.execute(lambda);
			Future<?> future = (executor instanceof AsyncTaskExecutor async) ? async.submit(lambda)
					: ((ExecutorService) executor).submit(lambda);
			note("size of the queue", pool.getQueue().size());
			note("future in the queue", pool.getQueue().contains(future));
			note("task in a queue of the application's own",
					(pool.getQueue() instanceof Calls.OwnQueue) ? pool.getQueue().contains(mail) : "none");
			note("task in the queue of a pool", !(pool.getQueue() instanceof Calls.OwnQueue)
					? pool.getQueue().contains(mail) + " " + pool.getQueue().contains(lambda) : "none");
			note("rejection of a task", thrown(() -> {
				executor.execute(mail);
				return null;
			}));
			note("rejection of a submitted task",
					thrown(() -> (executor instanceof AsyncTaskExecutor async) ? async.submit((Callable<String>) mail)
							: ((ExecutorService) executor).submit((Callable<String>) mail)));
			note("hooks of rejection",
					this.calls.take().stream().filter((line) -> line.startsWith("rejected")).toList());
			note("handler", pool.getRejectedExecutionHandler().getClass());
			note("thread factory", (pool.getThreadFactory() instanceof ThreadPoolTaskExecutor) ? "bean"
					: pool.getThreadFactory().getClass());
			note("removal from the queue", pool.remove(mail) + " " + pool.remove(lambda) + " "
					+ pool.remove((Runnable) future) + " " + pool.getQueue().size());
			release.countDown();
			quiet();
			this.calls.take();
		}

		private void schedule(ScheduledExecutorService scheduler) throws Exception {
			ScheduledFuture<?> later = scheduler.schedule((Runnable) new Mail(() -> {
			}), 1, TimeUnit.HOURS);
			ScheduledFuture<?> latest = scheduler.schedule(() -> "done", 2, TimeUnit.HOURS);
			note("class of a future of a schedule", relations(later) + relations(latest));
			note("order of scheduled futures", Integer.signum(later.compareTo(latest)) + " "
					+ Integer.signum(latest.compareTo(later)) + " " + later.compareTo(later));
			if (scheduler instanceof ScheduledThreadPoolExecutor pool) {
				note("scheduled future in the queue", pool.getQueue().contains(later) + " "
						+ pool.remove((Runnable) latest) + " " + pool.getQueue().size());
			}
			note("cancelling a scheduled task", later.cancel(false) + " " + later.isCancelled());
			note("hooks of scheduling", this.calls.take());
			ScheduledFuture<?> periodic = scheduler.scheduleAtFixedRate(new Mail(() -> {
				throw FAILURE;
			}), 0, 1, TimeUnit.MILLISECONDS);
			note("exception of a periodic task", thrown(periodic::get));
			note("class of a future of a periodic task", relations(periodic));
			quiet();
			note("hooks of a periodic task", sorted(this.calls.take()));
		}

		private void schedule(TaskScheduler scheduler) throws Exception {
			ScheduledFuture<?> later = scheduler.schedule(new Mail(() -> {
			}), Instant.now().plusSeconds(60));
			note("class of a future of a schedule", relations(later));
			note("cancelling a scheduled task", later.cancel(false) + " " + later.isCancelled());
			note(hooks(true, "a task that is scheduled"), this.calls.take());
			CountDownLatch runs = new CountDownLatch(2);
			ScheduledFuture<?> periodic = scheduler.scheduleWithFixedDelay(new Mail(() -> {
				runs.countDown();
				throw FAILURE;
			}), Duration.ofMillis(1));
			runs.await();
			note("class of a future of a periodic task", relations(periodic));
			note("cancelling a periodic task", periodic.cancel(true) + " " + periodic.isDone());
			quiet();
			note(hooks(true, "a task that is repeated"), new TreeSet<>(this.calls.take()));
		}

		private void shutDown(ExecutorService service) throws Exception {
			CountDownLatch begun = new CountDownLatch(1);
			CountDownLatch interrupted = new CountDownLatch(1);
			service.execute(() -> {
				begun.countDown();
				try {
					new CountDownLatch(1).await(10, TimeUnit.SECONDS);
				}
				catch (InterruptedException ex) {
					interrupted.countDown();
				}
			});
			begun.await();
			Mail mail = new Mail(() -> {
			});
			Runnable lambda = () -> {
			};
			Future<?> future = service.submit(lambda);
			service.execute(mail);
			service.execute(lambda);
			List<Runnable> waiting = service.shutdownNow();
			note("what shutdownNow returns", waiting.size() + " " + waiting.contains(future) + " "
					+ waiting.contains(mail) + " " + waiting.contains(lambda));
			note("shutdown", interrupted.await(10, TimeUnit.SECONDS) + " " + service.isShutdown() + " "
					+ service.awaitTermination(10, TimeUnit.SECONDS) + " " + service.isTerminated());
			note("rejection after shutdown", thrown(() -> service.submit(() -> "late")));
			note("hooks of shutdown", this.calls.take().stream().filter("terminated"::equals).toList());
		}

		private void close(ThreadPoolTaskExecutor executor) throws Exception {
			CountDownLatch release = hold(executor);
			Mail mail = new Mail(() -> {
			});
			executor.execute(mail);
			Future<String> submitted = executor.submit((Callable<String>) mail);
			CompletableFuture<String> completable = executor.submitCompletable(() -> "done");
			this.calls.take();
			executor.shutdown();
			note("hooks of closing", this.calls.take().stream().filter((line) -> line.startsWith("cancel")).toList());
			note("futures at closing", submitted.isCancelled() + " " + completable.isDone());
			release.countDown();
			await().until(() -> executor.getThreadPoolExecutor().isTerminated());
			note("rejection after closing", thrown(() -> executor.submit(() -> "late")));
		}

		/**
		 * Keep the pool's only thread busy.
		 */
		private CountDownLatch hold(Executor executor) throws InterruptedException {
			CountDownLatch begun = new CountDownLatch(1);
			CountDownLatch release = new CountDownLatch(1);
			executor.execute(() -> {
				begun.countDown();
				try {
					release.await();
				}
				catch (InterruptedException ex) {
					Thread.currentThread().interrupt();
				}
			});
			begun.await();
			return release;
		}

		private void run(Executor executor, Runnable task) throws Exception {
			CountDownLatch ran = new CountDownLatch(1);
			executor.execute((task instanceof Mail) ? new Mail(() -> {
				task.run();
				ran.countDown();
			}) : () -> {
				task.run();
				ran.countDown();
			});
			ran.await();
			quiet();
		}

		/**
		 * Wait until no thread is in a task or in a hook.
		 */
		private void quiet() {
			await().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(1)).until(() -> {
				ThreadPoolExecutor pool = (this.bean instanceof ThreadPoolExecutor itself) ? itself
						: (this.bean instanceof ThreadPoolTaskExecutor executor) ? executor.getThreadPoolExecutor()
								: (this.bean instanceof ThreadPoolTaskScheduler scheduler)
										? scheduler.getScheduledThreadPoolExecutor() : null;
				return (pool == null || pool.getActiveCount() == 0)
						&& (!(this.bean instanceof ForkJoinPool small) || small.isQuiescent());
			});
		}

		private String threadName() {
			return Thread.currentThread().getName().replaceAll("^(pool|ForkJoinPool)-\\d+", "$1");
		}

		private void note(String behaviour, Object seen) {
			this.observed.put(behaviour, words(seen));
		}

		/**
		 * Return what can be said of a future but by whom it was made.
		 */
		private static String relations(Object future) {
			return "[" + Calls.kind(future) + ((future instanceof Runnable) ? " Runnable" : "")
					+ ((future instanceof ScheduledFuture) ? " ScheduledFuture" : "")
					+ ((future instanceof ListenableFuture) ? " ListenableFuture" : "")
					+ ((future instanceof ForkJoinTask) ? " ForkJoinTask" : "") + "]";
		}

		private static String thrown(Callable<?> call) {
			try {
				Object result = call.call();
				return "returned " + ((result instanceof Future) ? "a future" : words(result));
			}
			catch (ExecutionException ex) {
				return words(ex) + " cause is what was thrown: " + (ex.getCause() == FAILURE);
			}
			catch (Throwable ex) {
				return words(ex) + " " + ((ex.getCause() != null) ? words(ex.getCause()) : "");
			}
		}

		private static String words(Object object) {
			return String.valueOf(object)
				.replaceAll("\\$\\$Lambda[^@, \\]]*", "\\$\\$Lambda")
				.replaceAll("@[0-9a-f]+", "@")
				.replaceAll("\\$\\$Lifeguard\\$\\$\\d+", "")
				.replaceAll("(pool size|completed tasks) = \\d+", "$1 = ?")
				.replaceAll("(pool|ForkJoinPool)-\\d+", "$1");
		}

	}

}

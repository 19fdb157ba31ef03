package io.lifeguard.paths;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Callable;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinTask;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;

import org.awaitility.Awaitility;

import org.springframework.core.task.AsyncTaskExecutor;
import org.springframework.scheduling.TaskScheduler;
import org.springframework.scheduling.concurrent.SimpleAsyncTaskScheduler;
import org.springframework.scheduling.support.PeriodicTrigger;

import io.lifeguard.Handling;
import io.lifeguard.Lifeguard;

import static io.lifeguard.Handling.OBSERVED;
import static io.lifeguard.Handling.UNCAUGHT;
import static io.lifeguard.Handling.UNOBSERVED;

/**
 * The table of expectations.
 */
final class ExecutorPaths {

	private final List<Path> paths = new ArrayList<>();

	private final String bean;

	private final String pool;

	private ExecutorPaths(String bean, String pool) {
		this.bean = bean;
		this.pool = pool;
	}

	/**
	 * Return all paths that the type of the given executor has.
	 * @param pool the pool that they lead to
	 * @param readable whether a task's failure gets into its future, and not to an error
	 * handler only
	 */
	static List<Path> of(String bean, String pool, Object executor, boolean readable) {
		ExecutorPaths paths = new ExecutorPaths(bean, pool);
		if (executor instanceof Executor plain) {
			paths.addExecute(plain);
		}
		if (executor instanceof ForkJoinPool forkJoinPool) {
			paths.addForkJoin(forkJoinPool);
		}
		else if (executor instanceof ExecutorService service) {
			paths.addService(service);
		}
		if (executor instanceof AsyncTaskExecutor tasks) {
			paths.addSubmit(tasks, readable);
			paths.addCompletable(tasks);
		}
		if (executor instanceof ScheduledExecutorService scheduler && !(executor instanceof ForkJoinPool)) {
			paths.addScheduled(scheduler);
		}
		if (executor instanceof TaskScheduler scheduler) {
			// The simple one hands what is due to a thread that tells nobody
			paths.addTaskScheduler(scheduler, readable && !(executor instanceof SimpleAsyncTaskScheduler));
		}
		return paths.paths;
	}

	private void add(String name, Handling handling, Path.Action action) {
		this.paths.add(new Path(this.pool, this.bean + ": " + name, handling, action));
	}

	private void addExecute(Executor executor) {
		add("execute", UNCAUGHT, (message) -> executor.execute(new FailingTask(message)));
		add("execute with an error", UNCAUGHT, (message) -> executor.execute(() -> {
			throw new AssertionError(message);
		}));
	}

	private void addSubmit(AsyncTaskExecutor executor, boolean readable) {
		Handling unread = readable ? UNOBSERVED : UNCAUGHT;
		add("submit a runnable", unread, (message) -> executor.submit((Runnable) new FailingTask(message)));
		add("submit a callable", unread, (message) -> executor.submit((Callable<String>) new FailingTask(message)));
		add("submit with an error", unread, (message) -> executor.submit((Runnable) () -> {
			throw new AssertionError(message);
		}));
		if (readable) {
			addReads("submit a runnable", (message) -> executor.submit((Runnable) new FailingTask(message)));
			addReads("submit a callable", (message) -> executor.submit((Callable<String>) new FailingTask(message)));
		}
	}

	private void addService(ExecutorService service) {
		add("service: submit a runnable", UNOBSERVED, (message) -> service.submit((Runnable) new FailingTask(message)));
		add("service: submit a callable", UNOBSERVED,
				(message) -> service.submit((Callable<String>) new FailingTask(message)));
		add("service: submit with a result", UNOBSERVED, (message) -> service.submit(new FailingTask(message), ""));
		addReads("service: submit a runnable", (message) -> service.submit((Runnable) new FailingTask(message)));
		addReads("service: submit with a result", (message) -> service.submit(new FailingTask(message), ""));
		addInvoke(service);
		if (service instanceof AbstractExecutorService) {
			addCompletionService(service);
		}
	}

	private void addCompletionService(ExecutorService service) {
		add("completion service, unread", UNOBSERVED,
				(message) -> new ExecutorCompletionService<String>(service).submit(new FailingTask(message)));
		add("completion service, a runnable, unread", UNOBSERVED,
				(message) -> new ExecutorCompletionService<String>(service).submit(new FailingTask(message), ""));
		add("completion service, taken and read", OBSERVED, (message) -> {
			ExecutorCompletionService<String> completion = new ExecutorCompletionService<>(service);
			completion.submit(new FailingTask(message));
			Future<String> future = completion.take();
			Path.failing(future::get);
		});
	}

	private void addInvoke(ExecutorService service) {
		add("invokeAll, unread", UNOBSERVED, (message) -> service.invokeAll(List.of(new FailingTask(message))));
		add("invokeAll, read", OBSERVED, (message) -> {
			for (Future<String> future : service.invokeAll(List.of(new FailingTask(message)))) {
				Path.failing(future::get);
			}
		});
		add("invokeAll with a timeout, unread", UNOBSERVED,
				(message) -> service.invokeAll(List.of(new FailingTask(message)), 1, TimeUnit.HOURS));
		add("invokeAny, all fail", OBSERVED,
				(message) -> Path.failing(() -> service.invokeAny(List.of(new FailingTask(message)))));
		add("invokeAny with a timeout", OBSERVED, (message) -> Path
			.failing(() -> service.invokeAny(List.of(new FailingTask(message)), 1, TimeUnit.HOURS)));
	}

	/**
	 * A fork-join pool's futures have final methods, so nobody sees them read.
	 */
	private void addForkJoin(ForkJoinPool executor) {
		add("submit a runnable", UNOBSERVED, (message) -> executor.submit((Runnable) new FailingTask(message)));
		add("submit a callable", UNOBSERVED, (message) -> executor.submit((Callable<String>) new FailingTask(message)));
		add("submit with a result", UNOBSERVED, (message) -> executor.submit(new FailingTask(message), ""));
		add("submit a task of its own", UNOBSERVED,
				(message) -> executor.submit(ForkJoinTask.adapt((Runnable) new FailingTask(message))));
		add("execute a task of its own", UNOBSERVED,
				(message) -> executor.execute(ForkJoinTask.adapt((Runnable) new FailingTask(message))));
		add("invoke", OBSERVED, (message) -> Path
			.failing(() -> executor.invoke(ForkJoinTask.adapt((Callable<String>) new FailingTask(message)))));
		addInvoke(executor);
		add("completion service, unread", UNOBSERVED,
				(message) -> new ExecutorCompletionService<String>(executor).submit(new FailingTask(message)));
	}

	/**
	 * Add the ways to read a plain future.
	 */
	private void addReads(String name, Function<String, Future<?>> submission) {
		add(name + ", get", OBSERVED, (message) -> Path.failing(() -> submission.apply(message).get()));
		add(name + ", get in time", OBSERVED,
				(message) -> Path.failing(() -> submission.apply(message).get(1, TimeUnit.HOURS)));
		add(name + ", get when ended", OBSERVED,
				(message) -> Path.failing(() -> Path.ended(submission.apply(message)).get()));
		add(name + ", only asked whether done", UNOBSERVED,
				(message) -> Path.ended(submission.apply(message)).isCancelled());
		add(name + ", ignored", OBSERVED, (message) -> Lifeguard.ignore(submission.apply(message)));
		if (Java19.PRESENT) {
			add(name + ", resultNow", OBSERVED,
					(message) -> Path.failing(() -> Java19.resultNow(Path.ended(submission.apply(message)))));
			add(name + ", exceptionNow", OBSERVED,
					(message) -> Java19.exceptionNow(Path.ended(submission.apply(message))));
			add(name + ", only asked for its state", UNOBSERVED,
					(message) -> Java19.state(Path.ended(submission.apply(message))));
		}
	}

	/**
	 * Add the stages derived from a future, read and unread.
	 */
	private void addCompletable(AsyncTaskExecutor executor) {
		Stages stages = new Stages(executor);
		add("submitCompletable a runnable", UNOBSERVED,
				(message) -> executor.submitCompletable((Runnable) new FailingTask(message)));
		add("submitCompletable with an error", UNOBSERVED, (message) -> executor.submitCompletable((Runnable) () -> {
			throw new AssertionError(message);
		}));
		addReads("submitCompletable", stages::fail);
		stages.unread("as it is", (stage) -> {
		});
		stages.unread("thenApply", (stage) -> stage.thenApply((value) -> value));
		stages.unread("thenApplyAsync", (stage) -> stage.thenApplyAsync((value) -> value, executor));
		stages.unread("thenAccept", (stage) -> stage.thenAccept((value) -> {
		}));
		stages.unread("thenRun", (stage) -> stage.thenRun(() -> {
		}));
		stages.unread("thenCompose", (stage) -> stage.thenCompose(CompletableFuture::completedFuture));
		stages.unread("thenCombine",
				(stage) -> stage.thenCombine(CompletableFuture.completedFuture(""), String::concat));
		stages.unread("acceptEither", (stage) -> stage.acceptEither(new CompletableFuture<>(), (value) -> {
		}));
		stages.unread("copy", CompletableFuture::copy);
		stages.unread("minimalCompletionStage", CompletableFuture::minimalCompletionStage);
		stages.unread("toCompletableFuture", CompletableFuture::toCompletableFuture);
		stages.unread("orTimeout", (stage) -> stage.orTimeout(1, TimeUnit.HOURS));
		stages.unread("completeOnTimeout", (stage) -> stage.completeOnTimeout("", 1, TimeUnit.HOURS));
		stages.unread("allOf", CompletableFuture::allOf);
		stages.unread("anyOf", CompletableFuture::anyOf);
		stages.unread("two stages", (stage) -> {
			stage.thenApply((value) -> value);
			stage.thenAccept((value) -> {
			});
		});
		stages.unread("asked whether exceptional", (stage) -> stage.isCompletedExceptionally());
		stages.read("join", (stage) -> Path.failing(stage::join));
		stages.read("get", (stage) -> Path.failing(stage::get));
		stages.read("handle", (stage) -> stage.handle((value, failure) -> "").join());
		stages.read("handle, left alone", (stage) -> Path.ended(stage.handle((value, failure) -> "")));
		stages.read("handleAsync", (stage) -> stage.handleAsync((value, failure) -> "").join());
		stages.read("exceptionally", (stage) -> stage.exceptionally((failure) -> "").join());
		stages.read("exceptionallyCompose",
				(stage) -> stage.exceptionallyCompose((failure) -> CompletableFuture.completedFuture("")).join());
		stages.read("whenComplete", (stage) -> Path.ended(stage.whenComplete((value, failure) -> {
		})));
		stages.read("thenApply, join", (stage) -> Path.failing(() -> stage.thenApply((value) -> value).join()));
		stages.read("thenApply, exceptionally",
				(stage) -> stage.thenApply((value) -> value).exceptionally((failure) -> "").join());
		stages.read("thenCompose, get",
				(stage) -> Path.failing(() -> stage.thenCompose(CompletableFuture::completedFuture).get()));
		stages.read("thenCombine, join", (stage) -> Path
			.failing(() -> stage.thenCombine(CompletableFuture.completedFuture(""), String::concat).join()));
		stages.read("as the other of thenCombine, looked at", (stage) -> Path
			.looking(() -> CompletableFuture.completedFuture("").thenCombine(stage, String::concat).join()));
		stages.read("copy, join", (stage) -> Path.failing(() -> stage.copy().join()));
		stages.read("minimalCompletionStage, exceptionally",
				(stage) -> stage.minimalCompletionStage().exceptionally((failure) -> "").toCompletableFuture().join());
		stages.read("toCompletableFuture, join", (stage) -> Path.failing(() -> stage.toCompletableFuture().join()));
		stages.read("orTimeout, join", (stage) -> Path.failing(() -> stage.orTimeout(1, TimeUnit.HOURS).join()));
		stages.read("completeOnTimeout, get",
				(stage) -> Path.failing(() -> stage.completeOnTimeout("", 1, TimeUnit.HOURS).get()));
		stages.read("allOf, looked at", (stage) -> Path.looking(() -> CompletableFuture.allOf(stage).join()));
		stages.read("allOf, get", (stage) -> Path.failing(() -> CompletableFuture.allOf(stage).get()));
		stages.read("allOf, handled by cause",
				(stage) -> CompletableFuture.allOf(stage).handle((value, failure) -> failure.getCause()).join());
		stages.read("anyOf, looked at", (stage) -> Path.looking(() -> CompletableFuture.anyOf(stage).join()));
		stages.read("anyOf, get", (stage) -> Path.failing(() -> CompletableFuture.anyOf(stage).get()));
		add("submitCompletable, getNow", OBSERVED,
				(message) -> Path.failing(() -> Path.ended(stages.fail(message)).getNow("")));
		add("submitCompletable, get timed out", UNOBSERVED, (message) -> {
			CountDownLatch latch = new CountDownLatch(1);
			CompletableFuture<String> future = executor.submitCompletable(() -> {
				latch.await();
				return new FailingTask(message).call();
			});
			try {
				future.get(1, TimeUnit.MILLISECONDS);
			}
			catch (TimeoutException ex) {
				latch.countDown();
			}
		});
		add("submitCompletable, function fails", UNOBSERVED, (message) -> executor.submitCompletable(() -> "")
			.thenAccept((value) -> new FailingTask(message).run()));
		add("submitCompletable, function fails, read", OBSERVED,
				(message) -> Path.failing(() -> executor.submitCompletable(() -> "")
					.thenApply((value) -> new FailingTask(message).call())
					.join()));
		add("submitCompletable, composed stage fails", UNOBSERVED, (message) -> executor.submitCompletable(() -> "")
			.thenCompose((value) -> executor.submitCompletable((Callable<String>) new FailingTask(message))));
		add("submitCompletable, composed stage fails, read", OBSERVED,
				(message) -> Path.failing(() -> executor.submitCompletable(() -> "")
					.thenCompose((value) -> executor.submitCompletable((Callable<String>) new FailingTask(message)))
					.join()));
	}

	private void addScheduled(ScheduledExecutorService scheduler) {
		add("schedule a runnable", UNOBSERVED,
				(message) -> scheduler.schedule((Runnable) new FailingTask(message), 1, TimeUnit.MILLISECONDS));
		add("schedule a callable", UNOBSERVED,
				(message) -> scheduler.schedule((Callable<String>) new FailingTask(message), 1, TimeUnit.MILLISECONDS));
		addReads("schedule a callable",
				(message) -> scheduler.schedule((Callable<String>) new FailingTask(message), 1, TimeUnit.MILLISECONDS));
		addReads("schedule a runnable",
				(message) -> scheduler.schedule((Runnable) new FailingTask(message), 1, TimeUnit.MILLISECONDS));
		add("at fixed rate", UNCAUGHT, (message) -> FailingTask.schedule(message,
				(task) -> scheduler.scheduleAtFixedRate(task, 0, 1, TimeUnit.MILLISECONDS)));
		add("with fixed delay", UNCAUGHT, (message) -> FailingTask.schedule(message,
				(task) -> scheduler.scheduleWithFixedDelay(task, 0, 1, TimeUnit.MILLISECONDS)));
		add("at fixed rate, read", UNCAUGHT, (message) -> Path
			.failing(() -> scheduler.scheduleAtFixedRate(new FailingTask(message), 0, 1, TimeUnit.MILLISECONDS).get()));
	}

	private void addTaskScheduler(TaskScheduler scheduler, boolean readable) {
		Duration period = Duration.ofHours(1);
		add("task scheduler: once", readable ? UNOBSERVED : UNCAUGHT,
				(message) -> FailingTask.schedule(message, (task) -> scheduler.schedule(task, Instant.now())));
		add("task scheduler: at fixed rate", UNCAUGHT,
				(message) -> FailingTask.schedule(message, (task) -> scheduler.scheduleAtFixedRate(task, period)));
		add("task scheduler: at fixed rate from a time on", UNCAUGHT, (message) -> FailingTask.schedule(message,
				(task) -> scheduler.scheduleAtFixedRate(task, Instant.now(), period)));
		add("task scheduler: with fixed delay", UNCAUGHT,
				(message) -> FailingTask.schedule(message, (task) -> scheduler.scheduleWithFixedDelay(task, period)));
		add("task scheduler: with fixed delay from a time on", UNCAUGHT, (message) -> FailingTask.schedule(message,
				(task) -> scheduler.scheduleWithFixedDelay(task, Instant.now(), period)));
		add("task scheduler: by a trigger", UNCAUGHT, (message) -> FailingTask.schedule(message,
				(task) -> scheduler.schedule(task, new PeriodicTrigger(period))));
		if (readable) {
			addReads("task scheduler: once", (message) -> scheduler.schedule(new FailingTask(message), Instant.now()));
		}
	}

	/**
	 * What becomes of stages that are derived before and after the failure.
	 */
	private final class Stages {

		private final AsyncTaskExecutor executor;

		Stages(AsyncTaskExecutor executor) {
			this.executor = executor;
		}

		CompletableFuture<String> fail(String message) {
			return this.executor.submitCompletable((Callable<String>) new FailingTask(message));
		}

		void unread(String name, Consumer<CompletableFuture<String>> use) {
			add("stage: " + name + ", before", UNOBSERVED, (message) -> {
				CountDownLatch used = new CountDownLatch(1);
				use.accept(this.executor.submitCompletable(() -> {
					used.await();
					return new FailingTask(message).call();
				}));
				used.countDown();
			});
			add("stage: " + name + ", after", UNOBSERVED, (message) -> use.accept(Path.ended(fail(message))));
		}

		void read(String name, Consumer<CompletableFuture<String>> use) {
			add("stage: " + name + ", before", OBSERVED, (message) -> {
				AtomicReference<CompletableFuture<String>> future = new AtomicReference<>();
				future.set(this.executor.submitCompletable(() -> {
					Awaitility.await()
						.atMost(Duration.ofSeconds(30))
						.pollInSameThread()
						.pollDelay(Duration.ZERO)
						.pollInterval(Duration.ofMillis(1))
						.until(() -> future.get() != null && future.get().getNumberOfDependents() > 0);
					return new FailingTask(message).call();
				}));
				use.accept(future.get());
			});
			add("stage: " + name + ", after", OBSERVED, (message) -> use.accept(Path.ended(fail(message))));
		}

	}

}

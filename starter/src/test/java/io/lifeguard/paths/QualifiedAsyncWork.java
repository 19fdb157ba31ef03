package io.lifeguard.paths;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;

import org.springframework.scheduling.annotation.Async;

import static io.lifeguard.Handling.OBSERVED;
import static io.lifeguard.Handling.UNCAUGHT;
import static io.lifeguard.Handling.UNOBSERVED;

/**
 * Asynchronous methods on executors that a qualifier names.
 */
class QualifiedAsyncWork {

	@Async("userSubclass")
	public void userSubclass(String message) {
		new FailingTask(message).run();
	}

	@Async("userSubclass")
	public Future<String> userSubclassFuture(String message) {
		return CompletableFuture.completedFuture(new FailingTask(message).call());
	}

	@Async("userSubclass")
	public CompletableFuture<String> userSubclassCompletable(String message) {
		return CompletableFuture.completedFuture(new FailingTask(message).call());
	}

	@Async("simpleAsyncDecorated")
	public void simpleAsyncDecorated(String message) {
		new FailingTask(message).run();
	}

	@Async("simpleAsyncDecorated")
	public Future<String> simpleAsyncDecoratedFuture(String message) {
		return CompletableFuture.completedFuture(new FailingTask(message).call());
	}

	@Async("simpleAsyncDecorated")
	public CompletableFuture<String> simpleAsyncDecoratedCompletable(String message) {
		return CompletableFuture.completedFuture(new FailingTask(message).call());
	}

	@Async("concurrent")
	public void concurrent(String message) {
		new FailingTask(message).run();
	}

	@Async("concurrent")
	public Future<String> concurrentFuture(String message) {
		return CompletableFuture.completedFuture(new FailingTask(message).call());
	}

	@Async("concurrent")
	public CompletableFuture<String> concurrentCompletable(String message) {
		return CompletableFuture.completedFuture(new FailingTask(message).call());
	}

	@Async("jdkThreadPool")
	public void jdkThreadPool(String message) {
		new FailingTask(message).run();
	}

	@Async("jdkThreadPool")
	public Future<String> jdkThreadPoolFuture(String message) {
		return CompletableFuture.completedFuture(new FailingTask(message).call());
	}

	@Async("lambda")
	public void lambda(String message) {
		new FailingTask(message).run();
	}

	@Async("scheduler")
	public void scheduler(String message) {
		new FailingTask(message).run();
	}

	@Async("scheduler")
	public Future<String> schedulerFuture(String message) {
		return CompletableFuture.completedFuture(new FailingTask(message).call());
	}

	@Async("scheduler")
	public CompletableFuture<String> schedulerCompletable(String message) {
		return CompletableFuture.completedFuture(new FailingTask(message).call());
	}

	@Async("fixedService")
	public void fixedService(String message) {
		new FailingTask(message).run();
	}

	@Async("fixedService")
	public Future<String> fixedServiceFuture(String message) {
		return CompletableFuture.completedFuture(new FailingTask(message).call());
	}

	static List<Path> paths(QualifiedAsyncWork work) {
		List<Path> paths = new ArrayList<>();
		AsyncWork.add(paths, "userSubclass", "void", UNCAUGHT, work::userSubclass);
		AsyncWork.add(paths, "userSubclass", "future", UNOBSERVED, work::userSubclassFuture);
		AsyncWork.add(paths, "userSubclass", "future, get", OBSERVED,
				(message) -> Path.failing(() -> work.userSubclassFuture(message).get()));
		AsyncWork.add(paths, "userSubclass", "completable", UNOBSERVED, work::userSubclassCompletable);
		AsyncWork.add(paths, "userSubclass", "completable, join", OBSERVED,
				(message) -> Path.failing(() -> work.userSubclassCompletable(message).join()));
		AsyncWork.add(paths, "simpleAsyncDecorated", "void", UNCAUGHT, work::simpleAsyncDecorated);
		AsyncWork.add(paths, "simpleAsyncDecorated", "future", UNOBSERVED, work::simpleAsyncDecoratedFuture);
		AsyncWork.add(paths, "simpleAsyncDecorated", "future, get", OBSERVED,
				(message) -> Path.failing(() -> work.simpleAsyncDecoratedFuture(message).get()));
		AsyncWork.add(paths, "simpleAsyncDecorated", "completable", UNOBSERVED, work::simpleAsyncDecoratedCompletable);
		AsyncWork.add(paths, "simpleAsyncDecorated", "completable, join", OBSERVED,
				(message) -> Path.failing(() -> work.simpleAsyncDecoratedCompletable(message).join()));
		AsyncWork.add(paths, "concurrent", "void", UNCAUGHT, work::concurrent);
		AsyncWork.add(paths, "concurrent", "future", UNOBSERVED, work::concurrentFuture);
		AsyncWork.add(paths, "concurrent", "future, get", OBSERVED,
				(message) -> Path.failing(() -> work.concurrentFuture(message).get()));
		AsyncWork.add(paths, "concurrent", "completable", UNOBSERVED, work::concurrentCompletable);
		AsyncWork.add(paths, "concurrent", "completable, join", OBSERVED,
				(message) -> Path.failing(() -> work.concurrentCompletable(message).join()));
		AsyncWork.add(paths, "jdkThreadPool", "void", UNCAUGHT, work::jdkThreadPool);
		AsyncWork.add(paths, "jdkThreadPool", "future", UNOBSERVED, work::jdkThreadPoolFuture);
		AsyncWork.add(paths, "jdkThreadPool", "future, get", OBSERVED,
				(message) -> Path.failing(() -> work.jdkThreadPoolFuture(message).get()));
		AsyncWork.add(paths, "lambda", "void", UNCAUGHT, work::lambda);
		AsyncWork.add(paths, "scheduler", "void", UNCAUGHT, work::scheduler);
		AsyncWork.add(paths, "scheduler", "future", UNOBSERVED, work::schedulerFuture);
		AsyncWork.add(paths, "scheduler", "future, get", OBSERVED,
				(message) -> Path.failing(() -> work.schedulerFuture(message).get()));
		AsyncWork.add(paths, "scheduler", "completable", UNOBSERVED, work::schedulerCompletable);
		AsyncWork.add(paths, "scheduler", "completable, join", OBSERVED,
				(message) -> Path.failing(() -> work.schedulerCompletable(message).join()));
		AsyncWork.add(paths, "fixedService", "void", UNCAUGHT, work::fixedService);
		AsyncWork.add(paths, "fixedService", "future", UNOBSERVED, work::fixedServiceFuture);
		AsyncWork.add(paths, "fixedService", "future, get", OBSERVED,
				(message) -> Path.failing(() -> work.fixedServiceFuture(message).get()));
		return paths;
	}

}

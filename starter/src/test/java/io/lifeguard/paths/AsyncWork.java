package io.lifeguard.paths;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;

import io.lifeguard.Handling;

import org.springframework.scheduling.annotation.Async;

import static io.lifeguard.Handling.OBSERVED;
import static io.lifeguard.Handling.UNCAUGHT;
import static io.lifeguard.Handling.UNOBSERVED;

/**
 * Asynchronous methods on the default executor.
 */
class AsyncWork {

	@Async
	public void perform(String message) {
		new FailingTask(message).run();
	}

	@Async
	public void performWithError(String message) {
		throw new AssertionError(message);
	}

	@Async
	public Future<String> future(String message) {
		return CompletableFuture.completedFuture(new FailingTask(message).call());
	}

	@Async
	public Future<String> failedFuture(String message) {
		return CompletableFuture.failedFuture(new IllegalStateException(message));
	}

	@Async
	public CompletableFuture<String> completable(String message) {
		return CompletableFuture.completedFuture(new FailingTask(message).call());
	}

	@Async
	public CompletableFuture<String> completableWithError(String message) {
		throw new AssertionError(message);
	}

	@Async
	public CompletableFuture<String> failedCompletable(String message) {
		return CompletableFuture.failedFuture(new IllegalStateException(message));
	}

	/**
	 * Return all paths through the given proxy of this class.
	 */
	static List<Path> paths(String pool, AsyncWork work) {
		List<Path> paths = new ArrayList<>();
		add(paths, pool, "void", UNCAUGHT, work::perform);
		add(paths, pool, "void with an error", UNCAUGHT, work::performWithError);
		add(paths, pool, "future", UNOBSERVED, work::future);
		add(paths, pool, "failed future", UNOBSERVED, work::failedFuture);
		add(paths, pool, "completable", UNOBSERVED, work::completable);
		add(paths, pool, "completable with an error", UNOBSERVED, work::completableWithError);
		add(paths, pool, "failed completable", UNOBSERVED, work::failedCompletable);
		add(paths, pool, "future, get", OBSERVED, (message) -> Path.failing(() -> work.future(message).get()));
		add(paths, pool, "failed future, get", OBSERVED,
				(message) -> Path.failing(() -> work.failedFuture(message).get()));
		add(paths, pool, "completable, join", OBSERVED,
				(message) -> Path.failing(() -> work.completable(message).join()));
		add(paths, pool, "completable, thenApply", UNOBSERVED,
				(message) -> work.completable(message).thenApply(String::trim));
		add(paths, pool, "completable, exceptionally", OBSERVED,
				(message) -> work.completable(message).exceptionally((failure) -> "").join());
		add(paths, pool, "failed completable, handle", OBSERVED,
				(message) -> work.failedCompletable(message).handle((value, failure) -> "").join());
		return paths;
	}

	static void add(List<Path> paths, String pool, String name, Handling handling, Path.Action action) {
		paths.add(new Path(pool, "@Async on " + pool + ": " + name, handling, action));
	}

}

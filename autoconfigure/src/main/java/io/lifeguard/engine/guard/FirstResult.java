package io.lifeguard.engine.guard;

import java.util.Collection;
import java.util.Iterator;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

/**
 * Gets the first result of several tasks as the JDK's executors do, and shows the futures
 * that they keep to themselves: one task is submitted at first, and another one as long
 * as none has ended.
 *
 * @param <T> the type of the result
 */
final class FirstResult<T extends @Nullable Object> {

	private final CompletionService<T> service;

	private final Iterator<Callable<T>> tasks;

	private final Consumer<Future<T>> submitted;

	private int running;

	/**
	 * Prepare to invoke the given tasks.
	 * @param submitted gets the future of each task that is submitted
	 */
	FirstResult(Executor executor, Collection<Callable<T>> tasks, Consumer<Future<T>> submitted) {
		this.service = new ExecutorCompletionService<>(executor);
		this.tasks = tasks.iterator();
		this.submitted = submitted;
	}

	/**
	 * Return the result of the first task that returns.
	 * @param deadline until when to wait, in the nanoseconds of
	 * {@link System#nanoTime()}, or {@code null} to wait for as long as it takes
	 * @throws ExecutionException if all of them throw: what the last one has thrown
	 */
	T get(@Nullable Long deadline) throws InterruptedException, ExecutionException, TimeoutException {
		ExecutionException failure = null;
		submitNext();
		while (this.running > 0 || this.tasks.hasNext()) {
			Future<T> ended = this.service.poll();
			if (ended == null && this.tasks.hasNext()) {
				submitNext();
				continue;
			}
			if (ended == null) {
				ended = await(deadline);
			}
			this.running--;
			try {
				return ended.get();
			}
			catch (ExecutionException ex) {
				failure = ex;
			}
			catch (RuntimeException ex) {
				failure = new ExecutionException(ex);
			}
		}
		throw Objects.requireNonNull(failure); // there was a task
	}

	private void submitNext() {
		this.submitted.accept(this.service.submit(this.tasks.next()));
		this.running++;
	}

	private Future<T> await(@Nullable Long deadline) throws InterruptedException, TimeoutException {
		if (deadline == null) {
			return this.service.take();
		}
		Future<T> ended = this.service.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
		if (ended == null) {
			throw new TimeoutException();
		}
		return ended;
	}

}

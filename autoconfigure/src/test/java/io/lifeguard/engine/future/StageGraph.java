package io.lifeguard.engine.future;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

import io.lifeguard.support.Throwables;

/**
 * A random graph of the JDK's futures, built, run and looked at by one thread alone, so
 * that it does the same for the same seed whoever guards its executors. What can be seen
 * of it is in its {@link #log()}.
 */
final class StageGraph {

	private static final int STEPS = 40;

	private static final int DEPTH = 4;

	private static final int MAX_CAUSES = 8;

	private final Random random;

	private final List<ManualExecutor> executors = new ArrayList<>();

	private final List<Executor> submitTo = new ArrayList<>();

	private final List<CompletableFuture<Object>> futures = new ArrayList<>();

	private final Map<Throwable, String> thrown = new IdentityHashMap<>();

	private final List<String> log = new ArrayList<>();

	/**
	 * Whether functions throw what other stages have failed with. Then none fails after
	 * it was handed a failure: the JDK adds what it throws to the exception that goes on,
	 * and where the guard has put one of its own in place of another stage's, there are
	 * two.
	 */
	private final boolean handsOn;

	private int functions;

	private int depth;

	/**
	 * Create a graph of the given seed, not run yet.
	 * @param guard what stands before two of its three executors
	 */
	StageGraph(long seed, UnaryOperator<Executor> guard) {
		this.random = new Random(seed);
		this.handsOn = this.random.nextBoolean();
		for (int i = 0; i < 3; i++) {
			ManualExecutor executor = new ManualExecutor();
			this.executors.add(executor);
			this.submitTo.add((i < 2) ? guard.apply(executor) : executor);
		}
	}

	/**
	 * Return what could be seen.
	 */
	List<String> log() {
		return this.log;
	}

	/**
	 * Build the graph and run it to its end.
	 */
	StageGraph run() {
		for (int i = 0; i < STEPS; i++) {
			step();
		}
		while (runTask(0) || runTask(1) || runTask(2)) {
			look(this.futures.size() - 1);
		}
		for (int i = 0; i < this.futures.size(); i++) {
			look(i);
		}
		return this;
	}

	private void step() {
		switch (this.random.nextInt(10)) {
			case 0, 1 -> add(start());
			case 2, 3, 4 -> add(stage());
			case 5, 6, 7 -> runTask(this.random.nextInt(3));
			case 8 -> change(any());
			default -> look(this.random.nextInt(Math.max(1, this.futures.size())));
		}
	}

	private void add(CompletionStage<?> stage) {
		@SuppressWarnings("unchecked")
		CompletableFuture<Object> future = (CompletableFuture<Object>) stage;
		this.log.add("future " + this.futures.size() + " " + future.getClass().getSimpleName());
		this.futures.add(future);
	}

	private boolean runTask(int number) {
		Runnable task = this.executors.get(number).tasks.poll();
		if (task == null) {
			return false;
		}
		try {
			task.run();
		}
		catch (Throwable ex) {
			this.log.add("escaped " + describe(ex));
		}
		return true;
	}

	private CompletableFuture<Object> any() {
		return this.futures.isEmpty() ? new CompletableFuture<>()
				: this.futures.get(this.random.nextInt(this.futures.size()));
	}

	private Executor executor() {
		return this.submitTo.get(this.random.nextInt(this.submitTo.size()));
	}

	private CompletionStage<?> start() {
		return switch (this.random.nextInt(9)) {
			case 0, 1 -> CompletableFuture.supplyAsync(supplier(), executor());
			case 2 -> CompletableFuture.runAsync(runnable(), executor());
			case 3 -> new CompletableFuture<>().completeAsync(supplier(), executor());
			case 4 -> CompletableFuture.completedFuture("done");
			case 5 -> CompletableFuture.failedFuture(throwable());
			case 6 -> new Own<>(this.log);
			case 7 -> new Own<>(this.log).completeAsync(supplier(), executor());
			default -> new CompletableFuture<>();
		};
	}

	private CompletionStage<?> stage() {
		CompletableFuture<Object> source = any();
		CompletableFuture<Object> other = any();
		boolean async = this.random.nextInt(4) > 0;
		Executor executor = executor();
		try {
			return async ? async(source, other, executor) : direct(source, other);
		}
		catch (RejectedExecutionException | UnsupportedOperationException ex) {
			this.log.add("refused " + describe(ex));
			return new CompletableFuture<>();
		}
	}

	private CompletionStage<?> async(CompletableFuture<Object> source, CompletableFuture<Object> other,
			Executor executor) {
		return switch (this.random.nextInt(14)) {
			case 0 -> source.thenApplyAsync(function(), executor);
			case 1 -> source.thenAcceptAsync(consumer(), executor);
			case 2 -> source.thenRunAsync(runnable(), executor);
			case 3 -> source.thenCombineAsync(other, biFunction(), executor);
			case 4 -> source.thenAcceptBothAsync(other, biConsumer(), executor);
			case 5 -> source.runAfterBothAsync(other, runnable(), executor);
			case 6 -> source.applyToEitherAsync(other, function(), executor);
			case 7 -> source.acceptEitherAsync(other, consumer(), executor);
			case 8 -> source.runAfterEitherAsync(other, runnable(), executor);
			case 9 -> source.thenComposeAsync(composer(), executor);
			case 10 -> source.handleAsync(biFunction(), executor);
			case 11 -> source.whenCompleteAsync(biConsumer(), executor);
			case 12 -> source.exceptionallyAsync(function(), executor);
			default -> source.exceptionallyComposeAsync(composer(), executor);
		};
	}

	private CompletionStage<?> direct(CompletableFuture<Object> source, CompletableFuture<Object> other) {
		return switch (this.random.nextInt(16)) {
			case 0 -> source.thenApply(function());
			case 1 -> source.thenAccept(consumer());
			case 2 -> source.thenRun(runnable());
			case 3 -> source.thenCombine(other, biFunction());
			case 4 -> source.runAfterBoth(other, runnable());
			case 5 -> source.applyToEither(other, function());
			case 6 -> source.thenCompose(composer());
			case 7 -> source.handle(biFunction());
			case 8 -> source.whenComplete(biConsumer());
			case 9 -> source.exceptionally(function());
			case 10 -> source.exceptionallyCompose(composer());
			case 11 -> source.copy();
			case 12 -> source.minimalCompletionStage();
			case 13 -> CompletableFuture.allOf(source, other, any());
			case 14 -> CompletableFuture.anyOf(source, other, any());
			default -> source.orTimeout(1, TimeUnit.HOURS);
		};
	}

	private void change(CompletableFuture<Object> future) {
		try {
			this.log.add("changed " + switch (this.random.nextInt(6)) {
				case 0 -> future.complete("changed");
				case 1, 2 -> future.completeExceptionally(throwable());
				case 3 -> future.cancel(true);
				case 4 -> {
					future.obtrudeValue("forced");
					yield true;
				}
				default -> {
					future.obtrudeException(throwable());
					yield true;
				}
			});
		}
		catch (UnsupportedOperationException ex) {
			this.log.add("minimal");
		}
	}

	private void look(int number) {
		if (this.futures.isEmpty()) {
			return;
		}
		CompletableFuture<Object> future = this.futures.get(number);
		StringBuilder seen = new StringBuilder("look " + number);
		try {
			seen.append(" dependents ").append(future.getNumberOfDependents());
			if (future.isDone()) {
				seen.append(future.isCancelled() ? " cancelled" : "")
					.append(future.isCompletedExceptionally() ? " failed" : "");
				seen.append(" get ").append(outcome(future::get));
				seen.append(" join ").append(outcome(future::join));
				seen.append(" now ").append(outcome(() -> future.getNow("none")));
			}
			seen.append(" ").append(future.toString().replaceAll("^.*?\\[|: .*", ""));
		}
		catch (UnsupportedOperationException ex) {
			seen.append(" minimal");
			((CompletionStage<?>) future)
				.handle((result, failure) -> seen.append((failure != null) ? describe(failure) : result));
		}
		this.log.add(seen.toString());
	}

	private String outcome(java.util.concurrent.Callable<Object> callable) {
		try {
			return String.valueOf(callable.call());
		}
		catch (Throwable ex) {
			return describe(ex);
		}
	}

	// What the stages call

	private Supplier<Object> supplier() {
		Body body = new Body();
		return (this.random.nextInt(8) > 0) ? () -> body.call("")
				: (Supplier<Object> & java.io.Serializable) () -> body.call("");
	}

	private Runnable runnable() {
		Body body = new Body();
		return () -> body.call("");
	}

	private Consumer<Object> consumer() {
		Body body = new Body();
		return (argument) -> body.call(describe(argument), argument);
	}

	private BiConsumer<Object, Object> biConsumer() {
		Body body = new Body();
		return (first, second) -> {
			String arguments = describe(first) + ", " + describe(second);
			if (this.handsOn && second instanceof Throwable) {
				this.log.add("listened to " + arguments);
			}
			else {
				body.call(arguments, second);
			}
		};
	}

	private <A> Function<A, Object> function() {
		Body body = new Body();
		return (argument) -> body.call(describe(argument), argument);
	}

	private <B> BiFunction<Object, B, Object> biFunction() {
		Body body = new Body();
		return (first, second) -> body.call(describe(first) + ", " + describe(second), second);
	}

	private <A> Function<A, CompletionStage<Object>> composer() {
		Body body = new Body();
		return (argument) -> body.compose(describe(argument), argument);
	}

	private Throwable throwable() {
		String name = "e" + this.thrown.size();
		Throwable throwable = switch (this.random.nextInt(9)) {
			case 0 -> new IOException(name);
			case 1 -> new AssertionError(name);
			case 2 -> new CompletionException(name, new IOException("in " + name));
			case 3 -> new CompletionException(name, null);
			case 4 -> new OwnCompletionException(name);
			case 5 -> new CancellationException(name);
			case 6 -> new IllegalStateException(name, new IOException("in " + name));
			default -> new IllegalStateException(name);
		};
		if (this.random.nextInt(4) == 0) {
			throwable.addSuppressed(new IOException("beside " + name));
		}
		this.thrown.put(throwable, name);
		return throwable;
	}

	/**
	 * Describe an exception as an application sees it: one that it has made itself by its
	 * name, which tells the instance, one of the JDK's by what is in it.
	 */
	private String describe(Object object) {
		return describe(object, MAX_CAUSES);
	}

	private String describe(Object object, int causes) {
		if (!(object instanceof Throwable throwable) || causes == 0) {
			return String.valueOf(object);
		}
		String name = this.thrown.get(throwable);
		StringBuilder description = new StringBuilder();
		description.append((name != null) ? "#" + name : type(throwable) + ":" + throwable.getMessage());
		if (name == null) {
			description.append('=').append(throwable);
			if (throwable.getCause() != null) {
				description.append(" < ").append(describe(throwable.getCause(), causes - 1));
			}
		}
		for (Throwable suppressed : throwable.getSuppressed()) {
			description.append(" + ").append((suppressed == throwable) ? "itself" : describe(suppressed, causes - 1));
		}
		return description.toString();
	}

	private static String type(Throwable throwable) {
		return (throwable instanceof GuardedCompletionException) ? CompletionException.class.getName()
				: throwable.getClass().getName();
	}

	/**
	 * What a function does, decided before it is called.
	 */
	private final class Body {

		private final String name = "f" + StageGraph.this.functions++;

		private final int kind = StageGraph.this.random.nextInt(12);

		private final Throwable throwable = throwable();

		private final CompletableFuture<Object> other = any();

		private final CompletableFuture<Object> inner = new CompletableFuture<>();

		private final Executor executor = executor();

		private final int future = StageGraph.this.futures.size();

		Object call(String arguments, Object... handed) {
			StageGraph.this.log.add(this.name + "(" + arguments + ")");
			switch (this.kind) {
				case 0, 1, 2 -> throw Throwables.<RuntimeException>sneaky(this.throwable);
				case 3 -> {
					return (StageGraph.this.handsOn && isDone(this.other)) ? this.other.join() : "early";
				}
				case 4 -> {
					if (StageGraph.this.handsOn && handed.length > 0 && handed[0] instanceof Throwable failure) {
						throw Throwables.<RuntimeException>sneaky(failure);
					}
				}
				case 5 -> endOwn((own) -> own.complete("from within " + this.name));
				case 6 -> {
					endOwn((own) -> own.cancel(true));
					throw Throwables.<RuntimeException>sneaky(this.throwable);
				}
				case 7 -> {
					endOwn((own) -> own.handle((result, failure) -> StageGraph.this.log
						.add("handled within " + this.name + " " + describe(result) + " " + describe(failure))));
					throw Throwables.<RuntimeException>sneaky(this.throwable);
				}
				case 8 -> {
					return null;
				}
				default -> {
				}
			}
			return this.name;
		}

		private void endOwn(Consumer<CompletableFuture<Object>> end) {
			if (this.future < StageGraph.this.futures.size()) {
				try {
					end.accept(StageGraph.this.futures.get(this.future));
				}
				catch (UnsupportedOperationException ex) {
					StageGraph.this.log.add("minimal");
				}
			}
		}

		private boolean isDone(CompletableFuture<?> future) {
			try {
				return future.isDone();
			}
			catch (UnsupportedOperationException ex) {
				return false;
			}
		}

		CompletionStage<Object> compose(String arguments, Object... handed) {
			Object result = call(arguments, handed);
			if (StageGraph.this.depth > DEPTH) {
				return CompletableFuture.completedFuture(result);
			}
			StageGraph.this.depth++;
			try {
				return switch (this.kind) {
					case 8 -> null;
					case 9 -> this.other;
					case 10 -> CompletableFuture.failedFuture(this.throwable);
					case 11 -> CompletableFuture.supplyAsync(() -> {
						throw Throwables.<RuntimeException>sneaky(this.throwable);
					}, this.executor);
					default -> CompletableFuture.completedFuture(result);
				};
			}
			finally {
				StageGraph.this.depth--;
			}
		}

	}

	/**
	 * Runs a task when it is told to.
	 */
	private static final class ManualExecutor implements Executor {

		private final Deque<Runnable> tasks = new ArrayDeque<>();

		@Override
		public void execute(Runnable task) {
			if (this.tasks.size() >= 12) {
				throw new RejectedExecutionException("full");
			}
			this.tasks.add(task);
		}

	}

	/**
	 * A future of the application's own, whose stages are of its kind too.
	 */
	private static final class Own<T> extends CompletableFuture<T> {

		private final List<String> log;

		Own(List<String> log) {
			this.log = log;
		}

		@Override
		public <U> CompletableFuture<U> newIncompleteFuture() {
			this.log.add("newIncompleteFuture");
			return new Own<>(this.log);
		}

		@Override
		public boolean complete(T value) {
			this.log.add("complete " + value);
			return super.complete(value);
		}

		@Override
		public boolean completeExceptionally(Throwable failure) {
			this.log.add("completeExceptionally " + failure);
			return super.completeExceptionally(failure);
		}

	}

	private static final class OwnCompletionException extends CompletionException {

		OwnCompletionException(String message) {
			super(message, new IOException("in " + message));
		}

	}

}

package io.lifeguard.engine.future;

import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;

import org.jspecify.annotations.Nullable;

/**
 * Lets another future end as the one does to which this is attached, which reads nothing.
 *
 * @param target the other future
 * @param end how to end it
 * @param <T> the type of the result
 */
record Relay<T>(CompletableFuture<?> target,
		BiConsumer<? super T, ? super Throwable> end) implements BiConsumer<T, @Nullable Throwable> {

	@Override
	public void accept(T result, @Nullable Throwable failure) {
		this.end.accept(result, failure);
	}

}

package io.lifeguard.engine.future;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

import org.jspecify.annotations.Nullable;

/**
 * Finds the threads that wait for a future, or for one that can't end before it does:
 * {@code join} of a stage derived from it, of {@code allOf} it and others. Not those that
 * wait for either of two, or for what a timer ends.
 */
final class Waiters {

	/**
	 * Futures and what is attached to them, looked at; of more than that nothing is said.
	 */
	private static final int MAX_ATTACHED = 256;

	private final Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());

	private final Deque<CompletableFuture<?>> ahead = new ArrayDeque<>();

	private final List<Object> found = new ArrayList<>();

	private Waiters() {
	}

	/**
	 * Return what those threads are parked on, as far as it can be found.
	 */
	static Collection<Object> of(CompletableFuture<?> future) {
		Waiters waiters = new Waiters();
		try {
			waiters.add(future);
			while (!waiters.ahead.isEmpty()) {
				waiters.look(waiters.ahead.remove());
			}
		}
		catch (Throwable ex) { // an application's own future may do as it likes
			return List.of();
		}
		return (waiters.seen.size() < MAX_ATTACHED) ? waiters.found : List.of();
	}

	private void add(@Nullable CompletableFuture<?> future) {
		if (future != null && !Readers.CHANGED.get(future.getClass()) && this.seen.add(future)) {
			this.ahead.add(future);
		}
	}

	private void look(CompletableFuture<?> future) {
		List<Object> attached = attachedTo(future);
		for (Object completion : attached) {
			JdkCompletion kind = JdkCompletion.of(completion);
			if (kind != null && kind.limits(completion)) {
				return;
			}
		}
		for (Object completion : attached) {
			JdkCompletion kind = JdkCompletion.of(completion);
			if (kind != null && kind.isWaitingThread()) {
				this.found.add(completion);
			}
			else if (kind != null) {
				add(kind.holdsUp(completion));
			}
		}
	}

	private List<Object> attachedTo(CompletableFuture<?> future) {
		List<Object> attached = new ArrayList<>();
		Object completion = Readers.firstAttachedTo(future);
		while (completion != null && completion != Readers.UNKNOWN && this.seen.size() < MAX_ATTACHED) {
			attached.add(completion);
			this.seen.add(completion);
			completion = JdkCompletion.next(completion);
		}
		return attached;
	}

}

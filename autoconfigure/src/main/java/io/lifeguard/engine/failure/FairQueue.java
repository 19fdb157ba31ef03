package io.lifeguard.engine.failure;

import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

/**
 * A queue with a share for each pool, of which each is bounded by itself and served in
 * turn: however much comes from one pool, what comes from another finds room, and waits
 * for no more than one element of each. Any thread may offer, one at a time may poll.
 *
 * @param <E> the type of its elements
 */
final class FairQueue<E> {

	private final Map<String, Queue<E>> shares = new ConcurrentHashMap<>();

	/** The shares in the order in which they are served. */
	private final CopyOnWriteArrayList<Queue<E>> turns = new CopyOnWriteArrayList<>();

	private final int share;

	private int turn;

	/**
	 * Create an empty queue.
	 * @param share the number of elements of one pool at most
	 */
	FairQueue(int share) {
		this.share = share;
	}

	/**
	 * Add an element unless the share of its pool is full.
	 * @return whether it was added
	 */
	boolean offer(String pool, E element) {
		Queue<E> queue = this.shares.get(pool);
		return ((queue != null) ? queue : this.shares.computeIfAbsent(pool, (key) -> newShare())).offer(element);
	}

	private Queue<E> newShare() {
		Queue<E> queue = new ArrayBlockingQueue<>(this.share);
		this.turns.add(queue);
		return queue;
	}

	/**
	 * Take the next element out, or return {@code null} if there is none.
	 */
	@Nullable E poll() {
		for (int i = this.turns.size(); i > 0; i--) {
			this.turn = (this.turn + 1 < this.turns.size()) ? this.turn + 1 : 0;
			E element = this.turns.get(this.turn).poll();
			if (element != null) {
				return element;
			}
		}
		return null;
	}

	/**
	 * Take an element out of wherever it is.
	 * @return whether it was there
	 */
	boolean remove(String pool, E element) {
		Queue<E> queue = this.shares.get(pool);
		return queue != null && queue.remove(element);
	}

	boolean isEmpty() {
		return this.turns.stream().allMatch(Queue::isEmpty);
	}

	/**
	 * Look at all elements, and leave them where they are.
	 */
	void forEach(Consumer<E> action) {
		this.turns.forEach((queue) -> queue.forEach(action));
	}

}

package io.lifeguard.sample.shop;

import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;

import org.springframework.stereotype.Component;

/**
 * Keeps the stock of every shelf in step with the orders.
 */
@Component
public class Warehouse {

	private static final int FULL = 500;

	private final Map<String, Integer> shelves = new ConcurrentHashMap<>();

	private final AtomicLong taken = new AtomicLong();

	Warehouse() {
		List.of("teapot", "kettle", "mug", "strainer", "tin of oolong").forEach((item) -> this.shelves.put(item, FULL));
	}

	/**
	 * Take the order's goods off their shelf.
	 * @param order what to take
	 * @return how many are left
	 * @throws NoSuchElementException if there is no such shelf
	 */
	public int take(Order order) {
		Pause.millis(ThreadLocalRandom.current().nextInt(20, 90));
		Integer left = this.shelves.computeIfPresent(order.item(), (item, count) -> count - order.quantity());
		if (left == null) {
			throw new NoSuchElementException("No shelf holds '%s' of order %d".formatted(order.item(), order.number()));
		}
		this.taken.addAndGet(order.quantity());
		return left;
	}

	void refill() {
		this.shelves.replaceAll((item, count) -> (count < FULL / 2) ? FULL : count);
	}

	public long taken() {
		return this.taken.get();
	}

}

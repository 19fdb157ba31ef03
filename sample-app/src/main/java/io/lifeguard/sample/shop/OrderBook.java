package io.lifeguard.sample.shop;

import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

import org.springframework.stereotype.Component;

/**
 * Numbers the orders. A bad one looks like any other until somebody works on it: nobody
 * has a price or a shelf for its item, and its mailbox does not exist.
 */
@Component
public class OrderBook {

	private static final List<String> ITEMS = List.of("teapot", "kettle", "mug", "strainer", "tin of oolong");

	private final AtomicLong numbers = new AtomicLong(1000);

	public Order good() {
		long number = this.numbers.incrementAndGet();
		return new Order(number, ITEMS.get((int) (number % ITEMS.size())), (int) (number % 3) + 1,
				"customer-%d@example.org".formatted(number));
	}

	public Order bad() {
		long number = this.numbers.incrementAndGet();
		return new Order(number, "unicorn", 1, "nobody");
	}

}

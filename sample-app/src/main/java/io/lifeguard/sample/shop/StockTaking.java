package io.lifeguard.sample.shop;

import java.util.concurrent.atomic.AtomicReference;

import org.jspecify.annotations.Nullable;

import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * Refills the shelves on a schedule, and looks at the one order somebody complained
 * about.
 */
@Component
public class StockTaking {

	private final AtomicReference<@Nullable Order> complaint = new AtomicReference<>();

	private final Warehouse warehouse;

	StockTaking(Warehouse warehouse) {
		this.warehouse = warehouse;
	}

	public void lookInto(Order order) {
		this.complaint.set(order);
	}

	@Scheduled(fixedRateString = "${shop.stock-taking-every}")
	void count() {
		this.warehouse.refill();
		Order order = this.complaint.getAndSet(null);
		if (order != null) {
			this.warehouse.take(order);
		}
	}

}

package io.lifeguard.sample.shop;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/**
 * Asks for prices once a second with the JDK's own scheduler, which drops a periodic task
 * for good at its first exception.
 */
@Component
public class PriceFeed {

	private final AtomicReference<@Nullable Order> oddOrder = new AtomicReference<>();

	private final ScheduledExecutorService feed;

	private final Duration rescueAfter;

	private ScheduledFuture<?> polling;

	PriceFeed(@Qualifier("feed") ScheduledExecutorService feed, @Value("${shop.rescue-after}") Duration rescueAfter) {
		this.feed = feed;
		this.rescueAfter = rescueAfter;
		this.polling = schedule();
	}

	/**
	 * Let the next poll meet a price it cannot parse, which ends the polling. Somebody
	 * will notice and start it again.
	 * @param order the order whose price it is
	 */
	public void breakWith(Order order) {
		startIfDead();
		this.oddOrder.set(order);
		CompletableFuture.delayedExecutor(this.rescueAfter.toMillis(), TimeUnit.MILLISECONDS)
			.execute(this::startIfDead);
	}

	private synchronized void startIfDead() {
		if (this.polling.isDone() && !this.feed.isShutdown()) {
			this.polling = schedule();
		}
	}

	private ScheduledFuture<?> schedule() {
		return this.feed.scheduleAtFixedRate(this::poll, 1, 1, TimeUnit.SECONDS);
	}

	private void poll() {
		Order order = this.oddOrder.getAndSet(null);
		if (order != null) {
			throw new NumberFormatException("The feed's price for order %d is 'n/a'".formatted(order.number()));
		}
	}

}

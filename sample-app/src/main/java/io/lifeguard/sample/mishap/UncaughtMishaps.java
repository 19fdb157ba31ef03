package io.lifeguard.sample.mishap;

import java.util.concurrent.ExecutorService;

import io.lifeguard.sample.shop.Mailer;
import io.lifeguard.sample.shop.Order;
import io.lifeguard.sample.shop.OrderBook;
import io.lifeguard.sample.shop.PriceFeed;
import io.lifeguard.sample.shop.StockTaking;
import io.lifeguard.sample.shop.Warehouse;

import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * Tasks without a future: no caller could ever see their exception.
 */
@RestController
@RequestMapping("/mishaps")
class UncaughtMishaps {

	private final OrderBook orderBook;

	private final ExecutorService stock;

	private final Warehouse warehouse;

	private final Mailer mailer;

	private final StockTaking stockTaking;

	private final PriceFeed priceFeed;

	UncaughtMishaps(OrderBook orderBook, @Qualifier("stock") ExecutorService stock, Warehouse warehouse, Mailer mailer,
			StockTaking stockTaking, PriceFeed priceFeed) {
		this.orderBook = orderBook;
		this.stock = stock;
		this.warehouse = warehouse;
		this.mailer = mailer;
		this.stockTaking = stockTaking;
		this.priceFeed = priceFeed;
	}

	@PostMapping("/execute")
	Seen execute() {
		Order order = this.orderBook.bad();
		this.stock.execute(() -> this.warehouse.take(order));
		return Seen.nothing(order);
	}

	@PostMapping("/async-void")
	Seen asyncVoid() {
		Order order = this.orderBook.bad();
		this.mailer.confirm(order);
		return Seen.nothing(order);
	}

	@PostMapping("/scheduled")
	Seen scheduled() {
		Order order = this.orderBook.bad();
		this.stockTaking.lookInto(order);
		return Seen.nothing(order);
	}

	@PostMapping("/periodic")
	Seen periodic() {
		Order order = this.orderBook.bad();
		this.priceFeed.breakWith(order);
		return Seen.nothing(order);
	}

}

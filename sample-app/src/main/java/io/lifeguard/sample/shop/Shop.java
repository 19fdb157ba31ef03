package io.lifeguard.sample.shop;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.AtomicLong;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.stereotype.Component;

/**
 * Takes orders, and spreads the work on the pools. Every future is read here; how not to
 * do it is in the other package.
 */
@Component
class Shop {

	private static final Logger logger = LoggerFactory.getLogger(Shop.class);

	private final AtomicLong orders = new AtomicLong();

	private final OrderBook orderBook;

	private final Mailer mailer;

	private final InvoicePrinter invoicePrinter;

	private final Warehouse warehouse;

	private final ExecutorService stock;

	Shop(OrderBook orderBook, Mailer mailer, InvoicePrinter invoicePrinter, Warehouse warehouse,
			@Qualifier("stock") ExecutorService stock) {
		this.orderBook = orderBook;
		this.mailer = mailer;
		this.invoicePrinter = invoicePrinter;
		this.warehouse = warehouse;
		this.stock = stock;
	}

	Order placeOrder() {
		Order order = this.orderBook.good();
		this.mailer.confirm(order);
		this.invoicePrinter.printLater(order).whenComplete(this::filed);
		this.stock.execute(() -> this.warehouse.take(order));
		this.orders.incrementAndGet();
		return order;
	}

	Numbers numbers() {
		return new Numbers(this.orders.get(), this.mailer.sent(), this.invoicePrinter.printed(),
				this.warehouse.taken());
	}

	private void filed(String invoice, Throwable failure) {
		if (failure != null) {
			logger.warn("An invoice has to be printed again", failure);
			return;
		}
		logger.debug("Filed {}", invoice);
	}

	/**
	 * What the shop has done so far.
	 *
	 * @param orders taken
	 * @param mails sent
	 * @param invoices printed
	 * @param items taken off their shelves
	 */
	record Numbers(long orders, long mails, long invoices, long items) {
	}

}

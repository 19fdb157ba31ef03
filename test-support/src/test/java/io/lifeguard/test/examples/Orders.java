package io.lifeguard.test.examples;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;

import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.EventListener;
import org.springframework.core.task.AsyncTaskExecutor;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Async;
import org.springframework.scheduling.annotation.EnableAsync;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;
import org.springframework.stereotype.Repository;

/**
 * An application that stores orders, and does the rest asynchronously.
 */
final class Orders {

	private Orders() {
	}

	/**
	 * What all examples share.
	 */
	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@EnableAsync
	static class Application {

		@Bean
		ThreadPoolTaskExecutor invoicing() {
			return new ThreadPoolTaskExecutor();
		}

		@Bean
		OrderService orderService(JdbcClient jdbc, AuditLog audit, ApplicationEventPublisher events) {
			jdbc.sql("create table orders (customer varchar(40), price int)").update();
			jdbc.sql("create table audit (entry varchar(20))").update();
			return new OrderService(jdbc, audit, events);
		}

	}

	/**
	 * An order was placed.
	 */
	record OrderPlaced(String customer, String currency, int price) {

	}

	/**
	 * Places orders.
	 */
	static class OrderService {

		private final JdbcClient jdbc;

		private final AuditLog audit;

		private final ApplicationEventPublisher events;

		OrderService(JdbcClient jdbc, AuditLog audit, ApplicationEventPublisher events) {
			this.jdbc = jdbc;
			this.audit = audit;
			this.events = events;
		}

		void place(OrderPlaced order) {
			this.jdbc.sql("insert into orders values (?, ?)").params(order.customer(), order.price()).update();
			this.audit.record(order.customer() + " ordered for " + order.price());
			this.events.publishEvent(order);
		}

		int count(String customer) {
			return this.jdbc.sql("select count(*) from orders where customer = ?")
				.param(customer)
				.query(Integer.class)
				.single();
		}

	}

	// snippet: AuditLog
	@Repository
	static class AuditLog {

		private final JdbcClient jdbc;

		AuditLog(JdbcClient jdbc) {
			this.jdbc = jdbc;
		}

		@Async
		public void record(String entry) {
			this.jdbc.sql("insert into audit values (?)").param(entry).update();
		}

	}

	// end

	/**
	 * Keeps what fits.
	 */
	static class FixedAuditLog extends AuditLog {

		FixedAuditLog(JdbcClient jdbc) {
			super(jdbc);
		}

		// snippet: FixedAuditLog
		@Async
		@Override
		public void record(String entry) {
			super.record(entry.substring(0, Math.min(20, entry.length())));
		}
		// end

	}

	// snippet: InvoiceListener
	static class InvoiceListener {

		private final Map<String, Integer> rates = Map.of("EUR", 1, "DKK", 7);

		private final List<Integer> invoices = new CopyOnWriteArrayList<>();

		private final AsyncTaskExecutor invoicing;

		InvoiceListener(@Qualifier("invoicing") AsyncTaskExecutor invoicing) {
			this.invoicing = invoicing;
		}

		@EventListener
		void on(OrderPlaced order) {
			CompletableFuture.supplyAsync(() -> this.rates.get(order.currency()) * order.price(), this.invoicing)
				.thenAccept(this.invoices::add);
		}

	}

	// end

	/**
	 * Asks somebody where there is no rate.
	 */
	static class FixedInvoiceListener {

		private final Map<String, Integer> rates = Map.of("EUR", 1, "DKK", 7);

		private final List<Integer> invoices = new CopyOnWriteArrayList<>();

		private final List<String> forTheClerk = new CopyOnWriteArrayList<>();

		private final AsyncTaskExecutor invoicing;

		FixedInvoiceListener(@Qualifier("invoicing") AsyncTaskExecutor invoicing) {
			this.invoicing = invoicing;
		}

		// snippet: FixedInvoiceListener
		@EventListener
		void on(OrderPlaced order) {
			CompletableFuture.supplyAsync(() -> this.rates.get(order.currency()) * order.price(), this.invoicing)
				.thenAccept(this.invoices::add)
				.exceptionally((failure) -> {
					this.forTheClerk.add(order + ": " + failure.getMessage());
					return null;
				});
		}
		// end

	}

}

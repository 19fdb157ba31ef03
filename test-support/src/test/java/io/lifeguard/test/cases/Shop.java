package io.lifeguard.test.cases;

import java.util.concurrent.CompletableFuture;

import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.event.EventListener;
import org.springframework.scheduling.annotation.Async;
import org.springframework.scheduling.annotation.EnableAsync;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;
import org.springframework.transaction.event.TransactionalEventListener;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/**
 * An application that hands work on in all the usual ways, and has a schedule that fails
 * all the time.
 */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
@EnableAsync
@EnableScheduling
@Import({ Shop.Mail.class, Shop.Orders.class, Shop.Requests.class, Shop.Stock.class })
class Shop {

	@Bean
	ThreadPoolTaskExecutor mail() {
		ThreadPoolTaskExecutor executor = new ThreadPoolTaskExecutor();
		executor.setCorePoolSize(8);
		executor.setWaitForTasksToCompleteOnShutdown(true);
		return executor;
	}

	/**
	 * Sends mail asynchronously, and can't.
	 */
	static class Mail {

		@Async("mail")
		public void send(String to) {
			throw new IllegalStateException("no mail for " + to);
		}

		@Async("mail")
		public CompletableFuture<String> deliver(String to) {
			throw new IllegalStateException("no mail for " + to);
		}

	}

	/**
	 * Does what orders lead to.
	 */
	static class Orders {

		private final Mail mail;

		private final ThreadPoolTaskExecutor executor;

		private final ApplicationEventPublisher events;

		Orders(Mail mail, @Qualifier("mail") ThreadPoolTaskExecutor executor, ApplicationEventPublisher events) {
			this.mail = mail;
			this.executor = executor;
			this.events = events;
		}

		void place(String customer) {
			this.events.publishEvent(new Placed(customer));
		}

		void placeAfterCommit(String customer) {
			this.events.publishEvent(new Committed(customer));
		}

		@EventListener
		void on(Placed order) {
			this.executor.execute(() -> this.mail.send(order.customer()));
		}

		@TransactionalEventListener
		void on(Committed order) {
			this.mail.send(order.customer());
		}

	}

	/**
	 * An order was placed.
	 */
	record Placed(String customer) {

	}

	/**
	 * An order was placed in a transaction.
	 */
	record Committed(String customer) {

	}

	/**
	 * Takes orders from the web.
	 */
	@RestController
	static class Requests {

		private final Orders orders;

		Requests(Orders orders) {
			this.orders = orders;
		}

		@GetMapping("/order")
		String order(@RequestParam String customer) {
			this.orders.place(customer);
			return "placed";
		}

	}

	/**
	 * Counts the stock every other millisecond, and fails.
	 */
	static class Stock {

		private final Mail mail;

		Stock(Mail mail) {
			this.mail = mail;
		}

		@Scheduled(fixedRate = 2)
		void count() {
			this.mail.send("the stock");
			throw new IllegalStateException("no stock");
		}

	}

}

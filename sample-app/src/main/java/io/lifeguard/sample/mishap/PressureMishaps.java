package io.lifeguard.sample.mishap;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import io.lifeguard.sample.shop.InvoicePrinter;
import io.lifeguard.sample.shop.Newsletter;
import io.lifeguard.sample.shop.Order;
import io.lifeguard.sample.shop.OrderBook;
import io.lifeguard.sample.shop.Pause;
import io.lifeguard.sample.shop.Warehouse;

import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.core.task.AsyncTaskExecutor;
import org.springframework.core.task.TaskRejectedException;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * Too much at once, or too little: pools that are flooded, full, stuck or waiting for
 * themselves.
 */
@RestController
@RequestMapping("/mishaps")
class PressureMishaps {

	private final OrderBook orderBook;

	private final AsyncTaskExecutor mail;

	private final AsyncTaskExecutor invoices;

	private final ExecutorService stock;

	private final Newsletter newsletter;

	private final InvoicePrinter invoicePrinter;

	private final Warehouse warehouse;

	private final Duration rescueAfter;

	PressureMishaps(OrderBook orderBook, @Qualifier("mail") AsyncTaskExecutor mail,
			@Qualifier("invoices") AsyncTaskExecutor invoices, @Qualifier("stock") ExecutorService stock,
			Newsletter newsletter, InvoicePrinter invoicePrinter, Warehouse warehouse,
			@Value("${shop.rescue-after}") Duration rescueAfter) {
		this.orderBook = orderBook;
		this.mail = mail;
		this.invoices = invoices;
		this.stock = stock;
		this.newsletter = newsletter;
		this.invoicePrinter = invoicePrinter;
		this.warehouse = warehouse;
		this.rescueAfter = rescueAfter;
	}

	@PostMapping("/storm")
	Seen storm() {
		Order order = this.orderBook.bad();
		for (int i = 1; i <= 100; i++) {
			int subscriber = i;
			this.mail.submit(() -> this.newsletter.sendTo(subscriber, order));
		}
		return Seen.nothing(order);
	}

	@PostMapping("/reject")
	Seen reject() {
		Order order = this.orderBook.good();
		int rejected = 0;
		for (int i = 0; i < 340; i++) {
			try {
				this.mail.execute(() -> Pause.millis(50));
			}
			catch (TaskRejectedException ex) {
				rejected++;
			}
		}
		return new Seen(order.number(), "TaskRejectedException, %d times".formatted(rejected));
	}

	@PostMapping("/hang")
	Seen hang() {
		Order order = this.orderBook.bad();
		this.mail.submit(() -> {
			new CountDownLatch(1).await();
			return order;
		});
		return Seen.nothing(order);
	}

	@PostMapping("/stuck")
	Seen stuck() {
		Order order = this.orderBook.good();
		CountDownLatch printer = new CountDownLatch(1);
		this.invoices.submit(() -> {
			printer.await();
			return this.invoicePrinter.print(order);
		});
		later().execute(printer::countDown);
		return Seen.nothing(order);
	}

	/**
	 * Each of the pool's threads asks its own pool and waits for the answer, which is
	 * queued behind the askers: nobody moves again. The sample lets go after a while, by
	 * cancelling what they wait for.
	 */
	@PostMapping("/deadlock")
	Seen deadlock() {
		Order order = this.orderBook.good();
		CountDownLatch allAsking = new CountDownLatch(3);
		List<Future<?>> answers = new ArrayList<>();
		for (int i = 0; i < 3; i++) {
			this.stock.submit(() -> {
				allAsking.countDown();
				allAsking.await();
				Future<Integer> answer = this.stock.submit(() -> this.warehouse.take(order));
				synchronized (answers) {
					answers.add(answer);
				}
				return waitFor(answer);
			});
		}
		later().execute(() -> {
			synchronized (answers) {
				answers.forEach((answer) -> answer.cancel(true));
			}
		});
		return Seen.nothing(order);
	}

	private static String waitFor(Future<?> answer) throws InterruptedException, ExecutionException {
		try {
			return "answered: " + answer.get();
		}
		catch (CancellationException ex) {
			return "rescued";
		}
	}

	private Executor later() {
		return CompletableFuture.delayedExecutor(this.rescueAfter.toMillis(), TimeUnit.MILLISECONDS);
	}

}

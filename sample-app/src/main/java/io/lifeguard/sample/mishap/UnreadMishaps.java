package io.lifeguard.sample.mishap;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import io.lifeguard.sample.shop.InvoicePrinter;
import io.lifeguard.sample.shop.Mailer;
import io.lifeguard.sample.shop.Order;
import io.lifeguard.sample.shop.OrderBook;
import io.lifeguard.sample.shop.Pause;
import io.lifeguard.sample.shop.Warehouse;

import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.core.task.AsyncTaskExecutor;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * Tasks whose exception waits in a future that nobody reads.
 */
@RestController
@RequestMapping("/mishaps")
class UnreadMishaps {

	private final OrderBook orderBook;

	private final ExecutorService stock;

	private final AsyncTaskExecutor mail;

	private final AsyncTaskExecutor invoices;

	private final Warehouse warehouse;

	private final Mailer mailer;

	private final InvoicePrinter invoicePrinter;

	UnreadMishaps(OrderBook orderBook, @Qualifier("stock") ExecutorService stock,
			@Qualifier("mail") AsyncTaskExecutor mail, @Qualifier("invoices") AsyncTaskExecutor invoices,
			Warehouse warehouse, Mailer mailer, InvoicePrinter invoicePrinter) {
		this.orderBook = orderBook;
		this.stock = stock;
		this.mail = mail;
		this.invoices = invoices;
		this.warehouse = warehouse;
		this.mailer = mailer;
		this.invoicePrinter = invoicePrinter;
	}

	@PostMapping("/submit")
	Seen submit() {
		Order order = this.orderBook.bad();
		this.stock.submit(() -> this.warehouse.take(order));
		return Seen.nothing(order);
	}

	@PostMapping("/impatient-get")
	Seen impatientGet() throws InterruptedException, ExecutionException {
		Order order = this.orderBook.bad();
		Future<String> invoice = this.invoices.submit(() -> {
			Pause.millis(600);
			return this.invoicePrinter.print(order);
		});
		try {
			invoice.get(100, TimeUnit.MILLISECONDS);
			return Seen.nothing(order);
		}
		catch (TimeoutException ex) {
			return Seen.exception(order, ex);
		}
	}

	@PostMapping("/async-future")
	Seen asyncFuture() {
		Order order = this.orderBook.bad();
		this.invoicePrinter.printLater(order);
		return Seen.nothing(order);
	}

	@PostMapping("/submit-completable")
	Seen submitCompletable() {
		Order order = this.orderBook.bad();
		this.mail.submitCompletable(() -> this.mailer.send(order));
		return Seen.nothing(order);
	}

	@PostMapping("/derived-stage")
	Seen derivedStage() {
		Order order = this.orderBook.bad();
		this.invoices.submitCompletable(() -> this.invoicePrinter.print(order)).thenApply(String::length);
		return Seen.nothing(order);
	}

	@PostMapping("/invoke-all")
	Seen invokeAll() throws InterruptedException {
		Order order = this.orderBook.bad();
		Order good = this.orderBook.good();
		Callable<Integer> takeBad = () -> this.warehouse.take(order);
		Callable<Integer> takeGood = () -> this.warehouse.take(good);
		this.stock.invokeAll(List.of(takeGood, takeBad, takeBad));
		return Seen.nothing(order);
	}

	@PostMapping("/completion-service")
	Seen completionService() throws InterruptedException, ExecutionException {
		Order order = this.orderBook.bad();
		Order good = this.orderBook.good();
		ExecutorCompletionService<Integer> race = new ExecutorCompletionService<>(this.stock);
		race.submit(() -> this.warehouse.take(good));
		Future<Integer> first = race.take();
		race.submit(() -> this.warehouse.take(order));
		return new Seen(order.number(), "the first answer, " + first.get() + " left on the shelf");
	}

	@PostMapping("/supply-async")
	Seen supplyAsync() {
		Order order = this.orderBook.bad();
		CompletableFuture.supplyAsync(() -> this.warehouse.take(order), this.stock);
		return Seen.nothing(order);
	}

}

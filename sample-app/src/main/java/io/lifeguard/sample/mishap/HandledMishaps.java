package io.lifeguard.sample.mishap;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;

import io.lifeguard.Lifeguard;
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
 * Nothing is lost here: the application looks at the exception, or asked for the end
 * itself. A guard that reports these is noise.
 */
@RestController
@RequestMapping("/mishaps")
class HandledMishaps {

	private final OrderBook orderBook;

	private final ExecutorService stock;

	private final AsyncTaskExecutor mail;

	private final AsyncTaskExecutor invoices;

	private final Warehouse warehouse;

	private final Mailer mailer;

	private final InvoicePrinter invoicePrinter;

	HandledMishaps(OrderBook orderBook, @Qualifier("stock") ExecutorService stock,
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

	@PostMapping("/read")
	Seen read() throws InterruptedException {
		Order order = this.orderBook.bad();
		Future<Integer> left = this.stock.submit(() -> this.warehouse.take(order));
		try {
			left.get();
			return Seen.nothing(order);
		}
		catch (ExecutionException ex) {
			return Seen.exception(order, ex);
		}
	}

	@PostMapping("/exceptionally")
	Seen exceptionally() {
		Order order = this.orderBook.bad();
		CompletableFuture<String> answer = this.mail.submitCompletable(() -> {
			this.mailer.send(order);
			return "sent";
		});
		return new Seen(order.number(), answer.exceptionally((ex) -> "a letter by post instead").join());
	}

	@PostMapping("/ignore")
	Seen ignore() {
		Order order = this.orderBook.bad();
		Lifeguard.ignore(this.stock.submit(() -> this.warehouse.take(order)));
		return Seen.nothing(order);
	}

	@PostMapping("/cancel")
	Seen cancel() {
		Order order = this.orderBook.bad();
		Future<?> invoice = this.invoices.submit(() -> {
			Pause.millis(10_000);
			this.invoicePrinter.print(order);
		});
		invoice.cancel(true);
		return new Seen(order.number(), "its own cancel()");
	}

}

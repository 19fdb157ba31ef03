package io.lifeguard.test.examples;

import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import io.lifeguard.test.ExpectTaskFailure;
import io.lifeguard.test.LifeguardExtension;
import io.lifeguard.test.Pools;
import io.lifeguard.test.UnhandledTaskFailures;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.testkit.engine.EngineTestKit;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.dao.DataIntegrityViolationException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

/**
 * Runs what the documentation shows: each example is red before it is mended and green
 * after.
 */
class ExamplesTests {

	@Test
	void findsTheRepositoryThatFailsInSilence() {
		assertThat(failure(BrokenAudit.class)).isInstanceOf(UnhandledTaskFailures.class)
			.hasMessageStartingWith("""
					A task of this test failed and nobody handled it:
					  pool invoicing, task Orders.AuditLog.record (uncaught: no caller could see it)
					""")
			.hasMessageContaining("submitted from io.lifeguard.test.examples.Orders$OrderService.place(Orders.java:")
			.hasCauseInstanceOf(DataIntegrityViolationException.class);
		assertThat(failure(FixedAudit.class)).isNull();
	}

	@Test
	void findsTheListenerThatFailsInSilence() {
		assertThat(failure(BrokenInvoices.class)).isInstanceOf(UnhandledTaskFailures.class)
			.hasMessageContaining("pool invoicing, task ")
			.hasMessageContaining("(unobserved: nobody has read its future)")
			.hasMessageContaining("submitted from io.lifeguard.test.examples.Orders$InvoiceListener.on(Orders.java:")
			.hasCauseInstanceOf(NullPointerException.class);
		assertThat(failure(FixedInvoices.class)).isNull();
	}

	@Test
	void runsTheOtherExamples() {
		assertThat(failure(PlainExample.class)).isNull();
		assertThat(failure(AssertionExample.class)).isNull();
	}

	/**
	 * Return what the only test of a class fails with.
	 */
	private static @Nullable Throwable failure(Class<?> test) {
		return EngineTestKit.engine("junit-jupiter")
			.selectors(selectClass(test))
			.execute()
			.allEvents()
			.finished()
			.stream()
			.map((event) -> event.getRequiredPayload(TestExecutionResult.class).getThrowable())
			.flatMap(Optional::stream)
			.findFirst()
			.orElse(null);
	}

	@SpringBootTest(classes = { Orders.Application.class, Orders.AuditLog.class },
			properties = "spring.datasource.generate-unique-name=true")
	static class BrokenAudit {

		// snippet: OrderTest
		@Autowired
		Orders.OrderService orders;

		@Test
		void storesAnOrder() {
			this.orders.place(new Orders.OrderPlaced("somebody with a long name", "EUR", 30));
			assertThat(this.orders.count("somebody with a long name")).isEqualTo(1);
		}
		// end

	}

	@SpringBootTest(classes = { Orders.Application.class, Orders.FixedAuditLog.class },
			properties = "spring.datasource.generate-unique-name=true")
	static class FixedAudit extends BrokenAudit {

	}

	@SpringBootTest(classes = { Orders.Application.class, Orders.FixedAuditLog.class, Orders.InvoiceListener.class },
			properties = "spring.datasource.generate-unique-name=true")
	static class BrokenInvoices {

		@Autowired
		Orders.OrderService orders;

		@Test
		void storesAnOrderInAnyCurrency() {
			this.orders.place(new Orders.OrderPlaced("somebody", "SEK", 30));
			assertThat(this.orders.count("somebody")).isEqualTo(1);
		}

	}

	@SpringBootTest(
			classes = { Orders.Application.class, Orders.FixedAuditLog.class, Orders.FixedInvoiceListener.class },
			properties = "spring.datasource.generate-unique-name=true")
	static class FixedInvoices extends BrokenInvoices {

	}

	@SpringBootTest(
			classes = { Orders.Application.class, Orders.FixedAuditLog.class, Orders.FixedInvoiceListener.class },
			properties = "spring.datasource.generate-unique-name=true")
	static class AssertionExample {

		@Autowired
		Orders.OrderService orders;

		// snippet: PoolAssertion
		@Test
		void writesAnInvoice(@Autowired Pools pools) {
			this.orders.place(new Orders.OrderPlaced("somebody else", "DKK", 30));
			assertThat(pools.get("invoicing")).hasNoFailures().hasRun(2); // the audit,
																			// the invoice
		}
		// end

	}

	static class PlainExample {

		// snippet: PlainTest
		@RegisterExtension
		LifeguardExtension lifeguard = new LifeguardExtension();

		ExecutorService mail = this.lifeguard.guard("mail", Executors.newFixedThreadPool(2));

		@Test
		@ExpectTaskFailure(IllegalStateException.class)
		void sendsNothingWithoutAServer() {
			this.mail.execute(() -> {
				throw new IllegalStateException("no server");
			});
		}

		@AfterEach
		void close() {
			this.mail.shutdown();
		}
		// end

	}

}

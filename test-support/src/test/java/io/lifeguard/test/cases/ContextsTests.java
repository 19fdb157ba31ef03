package io.lifeguard.test.cases;

import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import io.lifeguard.test.Pools;
import io.lifeguard.test.UnhandledTaskFailures;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.mockito.Mockito;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.task.TaskExecutor;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.annotation.DirtiesContext.MethodMode;
import org.springframework.test.context.bean.override.mockito.MockitoBean;
import org.springframework.test.context.bean.override.mockito.MockitoSpyBean;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;

/**
 * Tests whose application is shared, closed, or not quite itself.
 */
class ContextsTests {

	@Test
	void guardsTestsWhoseApplicationIsClosedBeforeOrAfterThem() {
		Map<String, @Nullable Throwable> failures = Outcomes.of(Dirtied.class).failures();
		assertThat(failures.get("closedAfter")).isInstanceOf(UnhandledTaskFailures.class)
			.rootCause()
			.hasMessage("closedAfter");
		assertThat(failures.get("closedBefore")).isInstanceOf(UnhandledTaskFailures.class)
			.rootCause()
			.hasMessage("closedBefore");
		assertThat(failures.get("stopsItsTaskByTheClose")).isNull();
	}

	@Test
	void blamesTheNextTestOfASharedApplicationForNothing() {
		assertThat(Outcomes.of(First.class).failure("leavesAFailureAndALongTask"))
			.isInstanceOf(UnhandledTaskFailures.class);
		assertThat(Outcomes.of(Second.class).failure("runsWhileThatTaskFails")).isNull();
	}

	@Test
	void leavesMockedExecutorsAlone() {
		assertThat(Outcomes.of(Mocked.class).failure("mocked")).isNull();
		assertThat(Outcomes.of(MockedBean.class).failure("mockedBean")).isNull();
	}

	@Test
	void guardsMockedExecutorsThatRunTasks() {
		assertThat(Outcomes.of(Spied.class).failure("spied")).isInstanceOf(UnhandledTaskFailures.class)
			.rootCause()
			.hasMessage("spied");
	}

	@Test
	void waitsForTasksBeforeMocksAreResetAndTheTestCleansUp() {
		assertThat(Outcomes.of(MockedService.class).failures()).hasSize(1)
			.allSatisfy((test, failure) -> assertThat(failure).isNull());
	}

	@Test
	void guardsNoTestWhereItIsTurnedOff() {
		assertThat(Outcomes.of(Disabled.class).failure("disabled")).isNull();
		assertThat(Outcomes.of(Disabled.class).failure("asks(Pools)")).isInstanceOf(IllegalStateException.class)
			.hasMessage("The current thread works for no test that is guarded: call this in a test, "
					+ "and do not set lifeguard.test.enabled to false");
	}

	@Test
	void refusesValuesThatMakeNoSense() {
		assertThat(Outcomes.of(Invalid.class).failure("invalid")).rootCause()
			.hasMessage("Property 'lifeguard.test.settle' with value 'PT-1S' is invalid: it is negative");
	}

	/**
	 * An application with one pool.
	 */
	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

		@Bean
		ThreadPoolTaskExecutor mail() {
			return new ThreadPoolTaskExecutor();
		}

		@Bean
		Service service() {
			return () -> "real";
		}

	}

	/**
	 * What tasks call.
	 */
	interface Service {

		String call();

	}

	/**
	 * The basis of the cases.
	 */
	@SpringBootTest(classes = Application.class, webEnvironment = WebEnvironment.NONE,
			properties = "lifeguard.test.settle=500ms")
	abstract static class ApplicationTests {

		@Autowired
		ThreadPoolTaskExecutor mail;

		static void fail(String message) {
			throw new IllegalStateException(message);
		}

	}

	static class Dirtied extends ApplicationTests {

		@Test
		@DirtiesContext
		void closedAfter() {
			this.mail.execute(() -> fail("closedAfter"));
		}

		@Test
		@DirtiesContext(methodMode = MethodMode.BEFORE_METHOD)
		void closedBefore() {
			this.mail.execute(() -> fail("closedBefore"));
		}

		@Test
		@DirtiesContext
		void stopsItsTaskByTheClose() throws InterruptedException {
			CountDownLatch begun = new CountDownLatch(1);
			this.mail.execute(() -> {
				begun.countDown();
				try {
					new CountDownLatch(1).await();
				}
				catch (InterruptedException ex) {
					throw new IllegalStateException(ex);
				}
			});
			begun.await();
		}

	}

	/**
	 * A task that outlives its test.
	 */
	static class Straggler {

		static CountDownLatch end = new CountDownLatch(1);

		static CountDownLatch ended = new CountDownLatch(1);

	}

	static class First extends ApplicationTests {

		@Test
		void leavesAFailureAndALongTask() {
			Straggler.end = new CountDownLatch(1);
			Straggler.ended = new CountDownLatch(1);
			CountDownLatch end = Straggler.end;
			CountDownLatch ended = Straggler.ended;
			this.mail.submit(() -> {
				end.await();
				this.mail.execute(() -> {
					ended.countDown();
					fail("the first test's");
				});
				throw new IllegalStateException("the first test's");
			});
			this.mail.submit(() -> fail("left"));
			this.mail.setCorePoolSize(2);
		}

	}

	static class Second extends ApplicationTests {

		@Test
		void runsWhileThatTaskFails() throws InterruptedException {
			Straggler.end.countDown();
			Straggler.ended.await();
		}

	}

	static class Mocked extends ApplicationTests {

		@MockitoBean(name = "mail")
		ThreadPoolTaskExecutor mocked;

		@Test
		void mocked() {
			this.mail.execute(() -> fail("never run"));
		}

	}

	@SpringBootTest(classes = MockApplication.class, webEnvironment = WebEnvironment.NONE)
	static class MockedBean {

		@Autowired
		TaskExecutor mock;

		@Test
		void mockedBean() {
			this.mock.execute(() -> ApplicationTests.fail("never run"));
		}

	}

	/**
	 * An application with an executor that runs nothing.
	 */
	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class MockApplication {

		@Bean
		TaskExecutor mock() {
			return Mockito.mock(TaskExecutor.class);
		}

	}

	static class Spied extends ApplicationTests {

		@MockitoSpyBean(name = "mail")
		ThreadPoolTaskExecutor spied;

		@Test
		void spied() {
			this.mail.execute(() -> fail("spied"));
			Mockito.verify(this.spied).execute(any());
		}

	}

	static class MockedService extends ApplicationTests {

		@MockitoBean
		Service service;

		private boolean cleanedUp;

		@Test
		void mockedService() {
			Mockito.when(this.service.call()).thenReturn("mocked");
			this.mail.execute(() -> this.mail.execute(() -> {
				try {
					new CountDownLatch(1).await(50, TimeUnit.MILLISECONDS);
				}
				catch (InterruptedException ex) {
					throw new IllegalStateException(ex);
				}
				assertThat(this.service.call()).isEqualTo("mocked");
				assertThat(this.cleanedUp).isFalse();
			}));
		}

		@AfterEach
		void cleanUp() {
			this.cleanedUp = true;
		}

	}

	@SpringBootTest(classes = Application.class, webEnvironment = WebEnvironment.NONE,
			properties = "lifeguard.test.enabled=false")
	static class Disabled {

		@Autowired
		ThreadPoolTaskExecutor mail;

		@Test
		void disabled() {
			this.mail.execute(() -> ApplicationTests.fail("nobody looks"));
		}

		@Test
		void asks(@Autowired Pools pools) {
			pools.get("mail");
		}

	}

	@SpringBootTest(classes = Application.class, webEnvironment = WebEnvironment.NONE,
			properties = "lifeguard.test.settle=-1s")
	static class Invalid {

		@Test
		void invalid() {
			// never run
		}

	}

}

package io.lifeguard.proxy;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.lifeguard.GuardedApplication;
import io.lifeguard.Handling;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.scheduling.concurrent.ScheduledExecutorFactoryBean;
import org.springframework.scheduling.concurrent.ScheduledExecutorTask;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link FactoryTasks}.
 */
class FactoryTasksTests {

	private final GuardedApplication application = new GuardedApplication();

	private final CountDownLatch runs = new CountDownLatch(3);

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void theTasksOfAFactoryAreThePoolsAsMuchAsWhatIsGivenToItsExecutor(boolean unconfigurable) {
		this.application.with("feed", ScheduledExecutorFactoryBean.class, () -> {
			ScheduledExecutorFactoryBean factory = factory(new ScheduledExecutorTask(this::fail, 0, 10, true));
			factory.setContinueScheduledExecutionAfterException(true);
			factory.setExposeUnconfigurableExecutor(unconfigurable);
			return factory;
		}).run(() -> {
			assertThat(this.runs.await(30, TimeUnit.SECONDS)).isTrue();
			await().until(() -> this.application.guarded("feed").failures(Handling.UNCAUGHT) >= 3);
			assertThat(this.application.schedules()).singleElement().asString().contains("FactoryTasksTests");
			ScheduledExecutorService executor = this.application.bean("feed", ScheduledExecutorService.class);
			assertThat(executor.submit(() -> 42).get()).isEqualTo(42);
			await().until(() -> this.application.pool("feed").tasks().succeeded() == 1);
		});
	}

	@Test
	void aTaskThatItsFailureEndsIsADeadSchedule() {
		this.application
			.with("feed", ScheduledExecutorFactoryBean.class,
					() -> factory(new ScheduledExecutorTask(this::fail, 0, 10, true)))
			.run(() -> {
				await().until(() -> !this.application.reports.isEmpty());
				assertThat(this.application.reports.element().dead()).isTrue();
			});
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void aTaskThatRunsOnceIsThePoolsToo(boolean handled) {
		this.application.with("feed", ScheduledExecutorFactoryBean.class, () -> {
			ScheduledExecutorFactoryBean factory = factory(new ScheduledExecutorTask(this::fail, 10));
			factory.setContinueScheduledExecutionAfterException(handled);
			return factory;
		}).with("lifeguard.defaults.unobserved-after=1s").run(() -> {
			await().until(() -> !this.application.reports.isEmpty());
			assertThat(this.application.reports.element().task()).isEqualTo("FactoryTasksTests");
			assertThat(this.application.reports.element().handling())
				.isEqualTo(handled ? Handling.UNCAUGHT : Handling.UNOBSERVED);
			assertThat(this.application.pool("feed").tasks().failed()).isOne();
		});
	}

	@Test
	void aFactorysOwnWayToRegisterItsTasksIsKept() {
		AtomicInteger registered = new AtomicInteger();
		this.application.with("feed", ScheduledExecutorFactoryBean.class, () -> {
			ScheduledExecutorFactoryBean factory = new ScheduledExecutorFactoryBean() {

				@Override
				protected void registerTasks(ScheduledExecutorTask[] tasks, ScheduledExecutorService executor) {
					registered.addAndGet(tasks.length);
					super.registerTasks(tasks, executor);
				}

			};
			factory.setScheduledExecutorTasks(new ScheduledExecutorTask(this.runs::countDown, 0, 10, true));
			return factory;
		}).run(() -> {
			assertThat(this.runs.await(30, TimeUnit.SECONDS)).isTrue();
			assertThat(registered).hasValue(1);
			await().until(() -> this.application.pool("feed").tasks().succeeded() >= 3);
		});
	}

	@Test
	void theTasksOfAnExcludedFactoryRunWithoutTheGuard() {
		this.application.with("lifeguard.exclude=feed")
			.with("feed", ScheduledExecutorFactoryBean.class,
					() -> factory(new ScheduledExecutorTask(this.runs::countDown, 0, 10, true)))
			.run(() -> {
				assertThat(this.runs.await(30, TimeUnit.SECONDS)).isTrue();
				assertThat(this.application.guarded("feed")).isNull();
			});
	}

	private void fail() {
		this.runs.countDown();
		throw new IllegalStateException("no feed");
	}

	private static ScheduledExecutorFactoryBean factory(ScheduledExecutorTask task) {
		ScheduledExecutorFactoryBean factory = new ScheduledExecutorFactoryBean();
		factory.setScheduledExecutorTasks(task);
		return factory;
	}

}

package io.lifeguard;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;

import io.lifeguard.autoconfigure.LifeguardAutoConfiguration;
import io.lifeguard.engine.pool.Pool;
import io.lifeguard.engine.pool.PoolRegistry;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.task.TaskExecutionAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * An application with guarded executors, and what is reported of them.
 */
public final class GuardedApplication {

	public final Queue<TaskFailure> reports = new ConcurrentLinkedQueue<>();

	private ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(
				AutoConfigurations.of(TaskExecutionAutoConfiguration.class, LifeguardAutoConfiguration.class))
		.withBean("reports", TaskFailureReporter.class, () -> this.reports::add);

	private ApplicationContext context;

	public <T> GuardedApplication with(String name, Class<T> type, Supplier<T> bean) {
		this.runner = this.runner.withBean(name, type, bean);
		return this;
	}

	/**
	 * Let the application be as it is without the guard.
	 */
	public GuardedApplication unguarded() {
		this.runner = this.runner.withPropertyValues("lifeguard.enabled=false");
		return this;
	}

	public GuardedApplication with(String... properties) {
		this.runner = this.runner.withPropertyValues(properties);
		return this;
	}

	public GuardedApplication with(Class<?> configuration) {
		this.runner = this.runner.withUserConfiguration(configuration);
		return this;
	}

	public GuardedApplication withAutoConfiguration(Class<?>... configurations) {
		this.runner = this.runner.withConfiguration(AutoConfigurations.of(configurations));
		return this;
	}

	public void run(Test test) {
		this.runner.withInitializer((context) -> this.context = context).run((context) -> {
			assertThat(context).hasNotFailed();
			test.run();
		});
	}

	public <T> T bean(String name, Class<T> type) {
		return this.context.getBean(name, type);
	}

	public PoolSnapshot pool(String name) {
		return this.context.getBean(PoolRegistry.class).pool(name).snapshot();
	}

	public Iterable<String> poolNames() {
		return this.context.getBean(PoolRegistry.class).pools().stream().map(Pool::name).toList();
	}

	public Pool guarded(String name) {
		return this.context.getBean(PoolRegistry.class).pool(name);
	}

	public PoolHealth health(String name) {
		return guarded(name).health();
	}

	/**
	 * Return the names of all schedules.
	 */
	public List<String> schedules() {
		return this.context.getBean(PoolRegistry.class).schedules().stream().map(Schedule::name).toList();
	}

	public Schedule schedule(String name) {
		return this.context.getBean(PoolRegistry.class).schedule(name);
	}

	/**
	 * Return the names of the schedules that will not run again.
	 */
	public List<String> dead(String pool) {
		return this.context.getBean(PoolRegistry.class)
			.schedules()
			.stream()
			.filter((schedule) -> schedule.pool().equals(pool))
			.filter((schedule) -> schedule.health().status() == ScheduleHealth.Status.DEAD)
			.map(Schedule::name)
			.toList();
	}

	/**
	 * Wait until all tasks have ended and as many reports have come.
	 */
	public void awaitQuiet(String name, int reported) {
		await().untilAsserted(() -> {
			PoolSnapshot pool = pool(name);
			assertThat(pool.tasks().running() + pool.tasks().queued()).isZero();
			assertThat(pool.failures().reported()).isEqualTo(reported);
			assertThat(this.reports).hasSize(reported);
		});
	}

	public interface Test {

		void run() throws Exception;

	}

}

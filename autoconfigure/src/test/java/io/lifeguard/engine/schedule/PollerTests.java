package io.lifeguard.engine.schedule;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

import io.lifeguard.AlarmReporter;
import io.lifeguard.GuardedApplication;
import io.lifeguard.PoolAlarm;
import io.lifeguard.ScheduleHealth.Status;
import io.lifeguard.ScheduleSnapshot;
import io.lifeguard.TaskFailureReporter;
import io.lifeguard.autoconfigure.LifeguardLibrariesAutoConfiguration;
import org.junit.jupiter.api.Test;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.integration.annotation.InboundChannelAdapter;
import org.springframework.integration.annotation.Poller;
import org.springframework.integration.annotation.ServiceActivator;
import org.springframework.integration.channel.QueueChannel;
import org.springframework.integration.config.EnableIntegration;
import org.springframework.integration.endpoint.AbstractPollingEndpoint;
import org.springframework.integration.endpoint.SourcePollingChannelAdapter;
import org.springframework.messaging.MessageChannel;
import org.springframework.scheduling.Trigger;
import org.springframework.scheduling.concurrent.ThreadPoolTaskScheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for the pollers of Spring Integration on a guarded scheduler.
 */
class PollerTests {

	private static final String ADAPTER = "flow.receive.inboundChannelAdapter";

	private static final String CONSUMER = "flow.handle.serviceActivator";

	private final Queue<PoolAlarm> alarms = new ConcurrentLinkedQueue<>();

	private final GuardedApplication application = new GuardedApplication().with(Flow.class)
		.with("alarms", TaskFailureReporter.class, () -> new AlarmReporter(this.alarms));

	@Test
	void areFollowedUnderTheNamesOfTheirBeans() {
		this.application.run(() -> {
			await().until(() -> flow().handled.get() > 2);
			assertThat(this.application.schedules()).contains(ADAPTER, CONSUMER);
			await().until(() -> schedule(ADAPTER).runs() > 2);
			assertThat(schedule(ADAPTER).pool()).isEqualTo("taskScheduler");
			assertThat(schedule(ADAPTER).trigger().type()).isEqualTo(ScheduleSnapshot.Trigger.Type.FIXED_RATE);
			assertThat(schedule(ADAPTER).health().status()).isEqualTo(Status.UP);
			assertThat(schedule(CONSUMER).health().status()).isEqualTo(Status.UP);
			assertThat(this.alarms).isEmpty();
		});
	}

	@Test
	void goOnWhileTheirSourceFails() {
		this.application.run(() -> {
			flow().fails = true;
			await().until(() -> flow().failures.get() > 5);
			flow().fails = false;
			int handled = flow().handled.get();
			await().until(() -> flow().handled.get() > handled + 2);
			await().until(() -> status(ADAPTER) == Status.UP);
			assertThat(status(CONSUMER)).isEqualTo(Status.UP);
			// Spring Integration sends what the source throws to its error channel
			assertThat(this.alarms).noneMatch((alarm) -> alarm.kind() != PoolAlarm.Kind.FAILING);
		});
	}

	@Test
	void areFailingWhileTheirSourceFailsAndItsErrorsAreHeard() {
		this.application.withAutoConfiguration(LifeguardLibrariesAutoConfiguration.class).run(() -> {
			flow().fails = true;
			await().until(() -> status(ADAPTER) == Status.FAILING);
			assertThat(schedule(ADAPTER).health().reason()).startsWith("its last ");
			flow().fails = false;
			await().until(() -> status(ADAPTER) == Status.UP);
			assertThat(status(CONSUMER)).isEqualTo(Status.UP);
		});
	}

	@Test
	void areNoMoreWhileTheirEndpointIsStopped() {
		this.application.run(() -> {
			SourcePollingChannelAdapter adapter = this.application.bean(ADAPTER, SourcePollingChannelAdapter.class);
			await().until(() -> schedule(ADAPTER).runs() > 2);
			adapter.stop();
			assertThat(this.application.schedules()).doesNotContain(ADAPTER);
			adapter.start();
			await().until(() -> schedule(ADAPTER).runs() > 2);
			assertThat(status(ADAPTER)).isEqualTo(Status.UP);
			assertThat(this.alarms).isEmpty();
		});
	}

	@Test
	void dieOfATriggerThatThrowsAndLiveAgainWhenTheirEndpointIsStarted() {
		this.application.run(() -> {
			AbstractPollingEndpoint consumer = this.application.bean(CONSUMER, AbstractPollingEndpoint.class);
			AtomicReference<Trigger> trigger = new AtomicReference<>((context) -> {
				throw new IllegalStateException("No time is known");
			});
			consumer.stop();
			Trigger first = (context) -> (context.lastCompletion() != null) ? trigger.get().nextExecution(context)
					: context.getClock().instant();
			consumer.setTrigger(first);
			consumer.start();
			await().until(() -> status(CONSUMER) == Status.DEAD);
			await().until(() -> this.alarms.size() == 1);
			assertThat(this.alarms.element().task()).isEqualTo(CONSUMER);
			consumer.stop();
			assertThat(this.application.schedules()).doesNotContain(CONSUMER);
			trigger.set((context) -> context.getClock().instant());
			consumer.start();
			await().until(() -> schedule(CONSUMER).runs() > 2);
			assertThat(status(CONSUMER)).isEqualTo(Status.UP);
			assertThat(this.alarms).hasSize(1);
		});
	}

	private Flow flow() {
		return this.application.bean("flow", Flow.class);
	}

	private ScheduleSnapshot schedule(String name) {
		return this.application.schedule(name).snapshot();
	}

	private Status status(String name) {
		return schedule(name).health().status();
	}

	@Configuration("flow")
	@EnableIntegration
	static class Flow {

		private final AtomicInteger handled = new AtomicInteger();

		private final AtomicInteger failures = new AtomicInteger();

		private volatile boolean fails;

		@Bean
		ThreadPoolTaskScheduler taskScheduler() {
			ThreadPoolTaskScheduler scheduler = new ThreadPoolTaskScheduler();
			scheduler.setPoolSize(4);
			return scheduler;
		}

		@Bean
		MessageChannel inbox() {
			return new QueueChannel(10);
		}

		@InboundChannelAdapter(channel = "inbox", poller = @Poller(fixedRate = "20"))
		public String receive() {
			if (this.fails) {
				this.failures.incrementAndGet();
				throw new IllegalStateException("No connection");
			}
			return "order";
		}

		@ServiceActivator(inputChannel = "inbox", poller = @Poller(fixedDelay = "20", receiveTimeout = "0"))
		public void handle(String order) {
			this.handled.incrementAndGet();
		}

	}

}

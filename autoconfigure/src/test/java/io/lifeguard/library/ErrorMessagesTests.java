package io.lifeguard.library;

import java.util.List;
import java.util.concurrent.Executor;

import io.lifeguard.Schedule;
import io.lifeguard.engine.pool.PoolRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.integration.annotation.InboundChannelAdapter;
import org.springframework.integration.annotation.Poller;
import org.springframework.integration.annotation.ServiceActivator;
import org.springframework.integration.channel.DirectChannel;
import org.springframework.integration.channel.ExecutorChannel;
import org.springframework.integration.channel.QueueChannel;
import org.springframework.integration.config.EnableIntegration;
import org.springframework.messaging.Message;
import org.springframework.messaging.MessageChannel;
import org.springframework.messaging.support.GenericMessage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for flows of Spring Integration and their error channel.
 */
@ExtendWith(OutputCaptureExtension.class)
class ErrorMessagesTests {

	@Test
	void areFailuresOfThePoolAndStillLogged(CapturedOutput output) {
		List<JsonNode> events = new SentryApplication().with(Flow.class).run((context) -> {
			send(context);
			SentryApplication.awaitEnd(context, 1);
			assertThat(SentryApplication.pool(context).tasks().failed()).isEqualTo(1);
		});
		SentryApplication.assertOne(events, "pool", "ErrorMessagesTests.Flow.handle", "No such order");
		assertThat(output).contains("integration.handler.LoggingHandler");
	}

	@ParameterizedTest
	@ValueSource(classes = { Subscriber.class, QueueOfTheApplication.class })
	void areHandledWhereTheApplicationTakesThem(Class<?> handler) {
		List<JsonNode> events = new SentryApplication().with(Flow.class, handler).run((context) -> {
			send(context);
			SentryApplication.awaitEnd(context, 1);
			assertThat(SentryApplication.pool(context).tasks().succeeded()).isEqualTo(1);
		});
		assertThat(events).isEmpty();
	}

	@Test
	void areFailuresWhereWhoTakesThemFails() {
		List<JsonNode> events = new SentryApplication().with(Flow.class, FailingHandler.class).run((context) -> {
			send(context);
			SentryApplication.awaitEnd(context, 1);
		});
		SentryApplication.assertOne(events, "pool", "ErrorMessagesTests.Flow.handle", "No such order");
	}

	@Test
	void failTheRunOfAPoller() {
		List<JsonNode> events = new SentryApplication().with(Polling.class).run((context) -> {
			PoolRegistry registry = context.getBean(PoolRegistry.class);
			await().until(() -> registry.schedules()
				.stream()
				.map(Schedule::snapshot)
				.anyMatch((schedule) -> schedule.failures() > 0 && schedule.failures() == schedule.runs()));
		});
		SentryApplication.assertOne(events, "taskScheduler", "ErrorMessagesTests.Polling.poll", "Nothing to poll");
	}

	private static void send(ApplicationContext context) {
		context.getBean("orders", MessageChannel.class).send(new GenericMessage<>("order"));
	}

	@EnableIntegration
	static class Flow {

		@Bean
		MessageChannel orders(@Qualifier("pool") Executor pool) {
			return new ExecutorChannel(pool);
		}

		@ServiceActivator(inputChannel = "orders")
		void handle(String order) {
			throw new IllegalStateException("No such order");
		}

	}

	static class Subscriber {

		@ServiceActivator(inputChannel = "errorChannel")
		void handle(Message<?> error) {
		}

	}

	static class FailingHandler {

		@Bean
		MessageChannel errorChannel() {
			return new DirectChannel();
		}

		@ServiceActivator(inputChannel = "errorChannel")
		void handle(Message<?> error) {
			throw new IllegalStateException("Cannot handle it");
		}

	}

	static class QueueOfTheApplication {

		@Bean
		MessageChannel errorChannel() {
			return new QueueChannel();
		}

	}

	@EnableIntegration
	static class Polling {

		@InboundChannelAdapter(channel = "nullChannel", poller = @Poller(fixedDelay = "3600000"))
		String poll() {
			throw new IllegalStateException("Nothing to poll");
		}

	}

}

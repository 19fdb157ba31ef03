package io.lifeguard.library;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;

import jakarta.jms.ConnectionFactory;
import jakarta.jms.MessageListener;
import org.apache.activemq.artemis.core.config.Configuration;
import org.apache.activemq.artemis.core.config.impl.ConfigurationImpl;
import org.apache.activemq.artemis.core.server.embedded.EmbeddedActiveMQ;
import org.apache.activemq.artemis.jms.client.ActiveMQConnectionFactory;
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
import org.springframework.context.annotation.DependsOn;
import org.springframework.jms.annotation.EnableJms;
import org.springframework.jms.annotation.JmsListener;
import org.springframework.jms.config.AbstractJmsListenerContainerFactory;
import org.springframework.jms.config.DefaultJmsListenerContainerFactory;
import org.springframework.jms.config.SimpleJmsListenerContainerFactory;
import org.springframework.jms.core.JmsTemplate;
import org.springframework.jms.listener.DefaultMessageListenerContainer;
import org.springframework.util.ErrorHandler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for listeners of JMS messages, with a broker of their own.
 */
@ExtendWith(OutputCaptureExtension.class)
class ListenerErrorsTests {

	private static final String LOG = "Execution of JMS message listener failed, and no ErrorHandler has been set.";

	@ParameterizedTest
	@ValueSource(classes = { DefaultContainers.class, SimpleContainers.class })
	void areFailuresOfThePoolAndStillLogged(Class<?> containers, CapturedOutput output) {
		List<JsonNode> events = new SentryApplication().with(Broker.class, Listeners.class, containers)
			.run((context) -> {
				send(context, "fails");
				await().until(() -> SentryApplication.pool(context).failures().uncaught() == 1);
				assertThat(SentryApplication.pool(context).tasks().failed()).isEqualTo(1);
				send(context, "succeeds");
				await().until(() -> context.getBean(Listeners.class).received.get() == 2);
			});
		SentryApplication.assertOne(events, "pool", "ListenerErrorsTests.Listeners.receive", "No such order");
		assertThat(output).containsOnlyOnce(LOG);
	}

	@Test
	void countEachByItselfThoughOneTaskReceivesAll() {
		List<JsonNode> events = new SentryApplication().with(Broker.class, Listeners.class, DefaultContainers.class)
			.run((context) -> {
				send(context, "fails");
				send(context, "fails");
				await().until(() -> SentryApplication.pool(context).failures().uncaught() == 2);
				assertThat(SentryApplication.pool(context).tasks().failed()).isEqualTo(2);
			});
		assertThat(events).hasSize(2);
	}

	@Test
	void areSeenInAContainerThatIsABean(CapturedOutput output) {
		List<JsonNode> events = new SentryApplication().with(Broker.class, Container.class).run((context) -> {
			send(context, "fails");
			await().until(() -> SentryApplication.pool(context).failures().uncaught() == 1);
		});
		SentryApplication.assertOne(events, "pool", "ListenerErrorsTests.Container.container", "No such order");
		assertThat(output).containsOnlyOnce(LOG);
	}

	@ParameterizedTest
	@ValueSource(classes = { DefaultContainers.class, SimpleContainers.class })
	void areHandledWhereTheApplicationHasAHandler(Class<?> containers, CapturedOutput output) {
		List<JsonNode> events = new SentryApplication()
			.with(Broker.class, Listeners.class, containers, HandlerOfTheApplication.class)
			.run((context) -> {
				send(context, "fails");
				await().until(() -> !context.getBean(HandlerOfTheApplication.class).handled.isEmpty());
				assertThat(SentryApplication.pool(context).failures().uncaught()).isZero();
			});
		assertThat(events).isEmpty();
		assertThat(output).doesNotContain(LOG);
	}

	private static void send(ApplicationContext context, String order) {
		new JmsTemplate(context.getBean(ConnectionFactory.class)).convertAndSend("orders", order);
	}

	static class Broker {

		@Bean(initMethod = "start", destroyMethod = "stop")
		EmbeddedActiveMQ broker() throws Exception {
			Configuration configuration = new ConfigurationImpl().setPersistenceEnabled(false)
				.setSecurityEnabled(false)
				.setJMXManagementEnabled(false)
				.addAcceptorConfiguration("vm", "vm://0");
			return new EmbeddedActiveMQ().setConfiguration(configuration);
		}

		@Bean
		@DependsOn("broker")
		ActiveMQConnectionFactory connectionFactory() {
			return new ActiveMQConnectionFactory("vm://0");
		}

	}

	@EnableJms
	static class Listeners {

		final AtomicInteger received = new AtomicInteger();

		@JmsListener(destination = "orders")
		void receive(String order) {
			this.received.incrementAndGet();
			if (order.equals("fails")) {
				throw new IllegalStateException("No such order");
			}
		}

	}

	static class DefaultContainers {

		@Bean
		DefaultJmsListenerContainerFactory jmsListenerContainerFactory(ConnectionFactory connectionFactory,
				@Qualifier("pool") Executor pool, List<ErrorHandler> handlers) {
			DefaultJmsListenerContainerFactory factory = new DefaultJmsListenerContainerFactory();
			factory.setTaskExecutor(pool);
			return set(factory, connectionFactory, handlers);
		}

		static <T extends AbstractJmsListenerContainerFactory<?>> T set(T factory, ConnectionFactory connectionFactory,
				List<ErrorHandler> handlers) {
			factory.setConnectionFactory(connectionFactory);
			handlers.forEach(factory::setErrorHandler);
			return factory;
		}

	}

	static class SimpleContainers {

		@Bean
		SimpleJmsListenerContainerFactory jmsListenerContainerFactory(ConnectionFactory connectionFactory,
				@Qualifier("pool") Executor pool, List<ErrorHandler> handlers) {
			SimpleJmsListenerContainerFactory factory = new SimpleJmsListenerContainerFactory() {

				@Override
				protected void initializeContainer(
						org.springframework.jms.listener.SimpleMessageListenerContainer container) {
					container.setTaskExecutor(pool);
				}

			};
			return DefaultContainers.set(factory, connectionFactory, handlers);
		}

	}

	static class Container {

		@Bean
		DefaultMessageListenerContainer container(ConnectionFactory connectionFactory,
				@Qualifier("pool") Executor pool) {
			DefaultMessageListenerContainer container = new DefaultMessageListenerContainer();
			container.setConnectionFactory(connectionFactory);
			container.setDestinationName("orders");
			container.setTaskExecutor(pool);
			container.setMessageListener((MessageListener) (message) -> {
				throw new IllegalStateException("No such order");
			});
			return container;
		}

	}

	static class HandlerOfTheApplication {

		final Queue<Throwable> handled = new ConcurrentLinkedQueue<>();

		@Bean
		ErrorHandler errorHandler() {
			return this.handled::add;
		}

	}

}

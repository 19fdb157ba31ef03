package io.lifeguard.library;

import java.util.HashMap;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ApplicationContext;
import org.springframework.messaging.MessageChannel;
import org.springframework.messaging.handler.annotation.MessageExceptionHandler;
import org.springframework.messaging.handler.annotation.MessageMapping;
import org.springframework.messaging.simp.SimpMessageHeaderAccessor;
import org.springframework.messaging.simp.config.ChannelRegistration;
import org.springframework.messaging.simp.config.MessageBrokerRegistry;
import org.springframework.messaging.support.MessageBuilder;
import org.springframework.stereotype.Controller;
import org.springframework.core.task.TaskExecutor;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.web.bind.annotation.ControllerAdvice;
import org.springframework.web.socket.config.annotation.EnableWebSocketMessageBroker;
import org.springframework.web.socket.config.annotation.StompEndpointRegistry;
import org.springframework.web.socket.config.annotation.WebSocketMessageBrokerConfigurer;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for methods that handle STOMP messages, with Spring's simple broker.
 */
@ExtendWith(OutputCaptureExtension.class)
class MessageHandlerErrorsTests {

	/**
	 * One for each that subscribes to the channel: methods, broker, users' destinations.
	 */
	private static final int TASKS = 3;

	private static final String LOG = "Unhandled exception from message handler method";

	@Test
	void areFailuresOfThePoolAndStillLogged(CapturedOutput output) {
		List<JsonNode> events = new SentryApplication().with(Broker.class, Orders.class).run((context) -> {
			send(context, "/app/fail");
			SentryApplication.awaitEnd(context, TASKS);
			assertThat(SentryApplication.pool(context).tasks().failed()).isEqualTo(1);
			send(context, "/app/succeed");
			SentryApplication.awaitEnd(context, 2 * TASKS);
			assertThat(SentryApplication.pool(context).tasks().failed()).isEqualTo(1);
		});
		SentryApplication.assertOne(events, "pool", "MessageHandlerErrorsTests.Orders.fail", "No such order");
		assertThat(output).containsOnlyOnce(LOG);
	}

	@ParameterizedTest
	@ValueSource(classes = { HandlingOrders.class, Advice.class })
	void areHandledWhereTheApplicationHasAMethodForThem(Class<?> handler, CapturedOutput output) {
		Class<?> orders = (handler == Advice.class) ? Orders.class : handler;
		List<JsonNode> events = new SentryApplication().with(Broker.class, orders, handler).run((context) -> {
			send(context, "/app/fail");
			SentryApplication.awaitEnd(context, TASKS);
			assertThat(SentryApplication.pool(context).tasks().succeeded()).isEqualTo(TASKS);
		});
		assertThat(events).isEmpty();
		assertThat(output).doesNotContain(LOG);
	}

	private static void send(ApplicationContext context, String destination) {
		SimpMessageHeaderAccessor headers = SimpMessageHeaderAccessor.create();
		headers.setDestination(destination);
		headers.setSessionId("session");
		headers.setSessionAttributes(new HashMap<>());
		context.getBean("clientInboundChannel", MessageChannel.class)
			.send(MessageBuilder.createMessage(new byte[0], headers.getMessageHeaders()));
	}

	@EnableWebSocketMessageBroker
	static class Broker implements WebSocketMessageBrokerConfigurer {

		@Autowired
		@Qualifier("pool")
		TaskExecutor pool;

		@Override
		public void registerStompEndpoints(StompEndpointRegistry registry) {
			registry.addEndpoint("/stomp");
		}

		@Override
		public void configureClientInboundChannel(ChannelRegistration registration) {
			registration.executor(this.pool);
		}

		@Override
		public void configureMessageBroker(MessageBrokerRegistry registry) {
			registry.enableSimpleBroker("/topic");
			registry.setApplicationDestinationPrefixes("/app");
		}

	}

	@Controller
	static class Orders {

		@MessageMapping("/fail")
		void fail() {
			throw new IllegalStateException("No such order");
		}

		@MessageMapping("/succeed")
		void succeed() {
		}

	}

	@Controller
	static class HandlingOrders extends Orders {

		@MessageExceptionHandler
		void handle(IllegalStateException thrown) {
		}

	}

	@ControllerAdvice
	static class Advice {

		@MessageExceptionHandler
		void handle(IllegalStateException thrown) {
		}

	}

}

package io.lifeguard.library;

import io.lifeguard.engine.pool.PoolRegistry;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.core.annotation.Order;
import org.springframework.messaging.handler.annotation.MessageExceptionHandler;
import org.springframework.web.bind.annotation.ControllerAdvice;
import org.springframework.web.socket.messaging.WebSocketAnnotationMethodMessageHandler;

/**
 * What methods that handle STOMP messages throw, and no {@code @MessageExceptionHandler}
 * of the application's own takes: Spring logs it. That log line stays. As the last advice
 * of all, this takes what nobody else has.
 */
@ControllerAdvice
@Order
public final class MessageHandlerErrors {

	private static final Log logger = LogFactory.getLog(WebSocketAnnotationMethodMessageHandler.class);

	@MessageExceptionHandler
	void handle(Exception thrown) {
		PoolRegistry.failCurrentTask(thrown);
		logger.error("Unhandled exception from message handler method", thrown);
	}

}

package io.lifeguard.library;

import java.lang.reflect.Field;

import io.lifeguard.engine.pool.PoolRegistry;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.jms.config.AbstractJmsListenerContainerFactory;
import org.springframework.jms.config.DefaultJmsListenerContainerFactory;
import org.springframework.jms.listener.AbstractMessageListenerContainer;
import org.springframework.jms.listener.DefaultMessageListenerContainer;
import org.springframework.util.ErrorHandler;
import org.springframework.util.ReflectionUtils;

/**
 * What listeners of JMS messages throw where no error handler is set: their container
 * logs it. One task of a container receives many messages, so each failure counts as one
 * task more. The container's log line stays.
 */
public final class ListenerErrors implements BeanPostProcessor {

	private static final @Nullable Field handler = ReflectionUtils.findField(AbstractJmsListenerContainerFactory.class,
			"errorHandler");

	@Override
	public Object postProcessAfterInitialization(Object bean, String beanName) {
		if (bean instanceof AbstractJmsListenerContainerFactory<?> factory && hasNoHandler(factory)) {
			factory.setErrorHandler(new Handler((factory instanceof DefaultJmsListenerContainerFactory)
					? DefaultMessageListenerContainer.class : AbstractMessageListenerContainer.class));
		}
		else if (bean instanceof AbstractMessageListenerContainer container && container.getErrorHandler() == null) {
			container.setErrorHandler(new Handler(container.getClass()));
		}
		return bean;
	}

	private static boolean hasNoHandler(AbstractJmsListenerContainerFactory<?> factory) {
		return handler != null && handler.trySetAccessible() && ReflectionUtils.getField(handler, factory) == null;
	}

	/**
	 * Does what a container does that has no error handler.
	 */
	private static final class Handler implements ErrorHandler {

		private final Log logger;

		Handler(Class<?> container) {
			this.logger = LogFactory.getLog(container);
		}

		@Override
		public void handleError(Throwable thrown) {
			PoolRegistry.failWithinCurrentTask(thrown);
			this.logger.warn("Execution of JMS message listener failed, and no ErrorHandler has been set.", thrown);
		}

	}

}

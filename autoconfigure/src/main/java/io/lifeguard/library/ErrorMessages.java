package io.lifeguard.library;

import io.lifeguard.engine.pool.PoolRegistry;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.context.Lifecycle;
import org.springframework.integration.context.IntegrationContextUtils;
import org.springframework.integration.support.management.SubscribableChannelManagement;
import org.springframework.messaging.Message;
import org.springframework.messaging.MessageChannel;
import org.springframework.messaging.support.ChannelInterceptor;

/**
 * What Spring Integration sends to its default error channel, where nobody but its own
 * logger has subscribed, or where those who have fail.
 */
public final class ErrorMessages implements ChannelInterceptor {

	/** The channel that these are sent to. */
	public static final String CHANNEL = IntegrationContextUtils.ERROR_CHANNEL_BEAN_NAME;

	private final BeanFactory beanFactory;

	/**
	 * Create an interceptor for the given application's error channel.
	 */
	public ErrorMessages(BeanFactory beanFactory) {
		this.beanFactory = beanFactory;
	}

	@Override
	public void afterSendCompletion(Message<?> message, MessageChannel channel, boolean sent, @Nullable Exception ex) {
		if (message.getPayload() instanceof Throwable thrown && (ex != null || !sent || isOnlyLogged(channel))) {
			PoolRegistry.failCurrentTask(thrown);
		}
	}

	private boolean isOnlyLogged(MessageChannel channel) {
		return channel instanceof SubscribableChannelManagement subscribable && subscribable.getSubscriberCount() == 1
				&& this.beanFactory.containsBean(IntegrationContextUtils.ERROR_LOGGER_BEAN_NAME)
				&& this.beanFactory.getBean(IntegrationContextUtils.ERROR_LOGGER_BEAN_NAME, Lifecycle.class)
					.isRunning();
	}

}

package io.lifeguard.autoconfigure;

import io.lifeguard.engine.pool.PoolRegistry;
import io.lifeguard.library.CallErrors;
import io.lifeguard.library.DroppedErrors;
import io.lifeguard.library.ErrorMessages;
import io.lifeguard.library.JobErrors;
import io.lifeguard.library.ListenerErrors;
import io.lifeguard.library.MessageHandlerErrors;
import org.quartz.Scheduler;
import reactor.core.publisher.Hooks;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.annotation.Role;
import org.springframework.integration.channel.interceptor.GlobalChannelInterceptorWrapper;
import org.springframework.jms.listener.AbstractMessageListenerContainer;
import org.springframework.messaging.simp.annotation.support.SimpAnnotationMethodMessageHandler;
import org.springframework.scheduling.quartz.SchedulerFactoryBean;
import org.springframework.web.bind.annotation.ControllerAdvice;
import org.springframework.web.socket.messaging.WebSocketAnnotationMethodMessageHandler;

/**
 * Auto-configuration of what sees the failures that libraries keep to themselves.
 */
@AutoConfiguration(after = LifeguardAutoConfiguration.class)
@ConditionalOnBean(name = PoolRegistry.BEAN_NAME)
public final class LifeguardLibrariesAutoConfiguration {

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(Hooks.class)
	static class ReactorConfiguration {

		/**
		 * Not lazy: nothing needs it.
		 */
		@Bean
		@Lazy(false)
		@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
		static DroppedErrors lifeguardDroppedErrors(PoolRegistry lifeguardPoolRegistry) {
			return new DroppedErrors(lifeguardPoolRegistry);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(AbstractMessageListenerContainer.class)
	static class JmsConfiguration {

		@Bean
		@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
		static ListenerErrors lifeguardListenerErrors() {
			return new ListenerErrors();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass({ Scheduler.class, SchedulerFactoryBean.class })
	static class QuartzConfiguration {

		@Bean
		@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
		static JobErrors lifeguardJobErrors() {
			return new JobErrors();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(GlobalChannelInterceptorWrapper.class)
	static class IntegrationConfiguration {

		@Bean
		@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
		static GlobalChannelInterceptorWrapper lifeguardErrorMessages(BeanFactory beanFactory) {
			GlobalChannelInterceptorWrapper wrapper = new GlobalChannelInterceptorWrapper(
					new ErrorMessages(beanFactory));
			wrapper.setPatterns(new String[] { ErrorMessages.CHANNEL });
			return wrapper;
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass({ WebSocketAnnotationMethodMessageHandler.class, ControllerAdvice.class })
	@ConditionalOnBean(SimpAnnotationMethodMessageHandler.class)
	static class StompConfiguration {

		@Bean
		@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
		static MessageHandlerErrors lifeguardMessageHandlerErrors() {
			return new MessageHandlerErrors();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(name = "io.grpc.internal.SerializingExecutor")
	static class GrpcConfiguration {

		/**
		 * Not lazy: nothing needs it.
		 */
		@Bean
		@Lazy(false)
		@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
		static CallErrors lifeguardCallErrors() {
			return new CallErrors();
		}

	}

}

package io.lifeguard.proxy;

import java.lang.reflect.Modifier;

import org.aopalliance.intercept.MethodInterceptor;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.aop.framework.ProxyFactory;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.BeanFactoryAware;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.Ordered;
import org.springframework.core.PriorityOrdered;
import org.springframework.scheduling.annotation.AsyncConfigurer;

/**
 * Makes an application's own {@link AsyncConfigurer} a {@link GuardingAsyncConfigurer},
 * its type kept: it may be a configuration class whose bean methods are to be called.
 */
public final class AsyncConfigurerPostProcessor implements BeanPostProcessor, BeanFactoryAware, PriorityOrdered {

	private static final Log logger = LogFactory.getLog(AsyncConfigurerPostProcessor.class);

	private final ObjectProvider<ExecutorGuardFactory> guards;

	@SuppressWarnings("NullAway.Init") // set before all else
	private ConfigurableListableBeanFactory beanFactory;

	/**
	 * Create a post-processor.
	 */
	public AsyncConfigurerPostProcessor(ObjectProvider<ExecutorGuardFactory> guards) {
		this.guards = guards;
	}

	@Override
	public void setBeanFactory(BeanFactory beanFactory) {
		this.beanFactory = (ConfigurableListableBeanFactory) beanFactory;
	}

	@Override
	public int getOrder() {
		return Ordered.HIGHEST_PRECEDENCE;
	}

	@Override
	public Object postProcessAfterInitialization(Object bean, String beanName) {
		if (!(bean instanceof AsyncConfigurer application) || bean instanceof GuardingAsyncConfigurer) {
			return bean;
		}
		boolean isFinal = Modifier.isFinal(bean.getClass().getModifiers());
		if (isFinal && !DeclaredTypes.of(beanName, bean, this.beanFactory).isInterface()) {
			logger.warn("AsyncConfigurer bean '" + beanName + "' of type " + bean.getClass().getName()
					+ " stays unguarded: no proxy can be made of a final class. Make its class non-final to have what it returns guarded");
			return bean;
		}
		GuardingAsyncConfigurer configurer = new GuardingAsyncConfigurer(application, this.guards.getObject(),
				this.beanFactory);
		ProxyFactory factory = new ProxyFactory(bean);
		factory.setProxyTargetClass(!isFinal);
		factory.addAdvice((MethodInterceptor) (invocation) -> switch (invocation.getMethod().getName()) {
			case "getAsyncExecutor" -> configurer.getAsyncExecutor();
			case "getAsyncUncaughtExceptionHandler" -> configurer.getAsyncUncaughtExceptionHandler();
			default -> invocation.proceed();
		});
		return factory.getProxy(bean.getClass().getClassLoader());
	}

}

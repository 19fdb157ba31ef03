package io.lifeguard.proxy;

import org.aopalliance.intercept.MethodInterceptor;

import org.springframework.aop.framework.ProxyFactory;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.core.Ordered;
import org.springframework.core.PriorityOrdered;
import org.springframework.scheduling.annotation.AsyncConfigurer;

/**
 * Makes an application's own {@link AsyncConfigurer} a {@link GuardingAsyncConfigurer},
 * its type kept: it may be a configuration class whose bean methods are to be called.
 */
public final class AsyncConfigurerPostProcessor implements BeanPostProcessor, PriorityOrdered {

	private final ObjectProvider<ExecutorGuards> guards;

	private final BeanFactory beanFactory;

	/**
	 * Create a post-processor.
	 */
	public AsyncConfigurerPostProcessor(ObjectProvider<ExecutorGuards> guards, BeanFactory beanFactory) {
		this.guards = guards;
		this.beanFactory = beanFactory;
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
		GuardingAsyncConfigurer configurer = new GuardingAsyncConfigurer(application, this.guards.getObject(),
				this.beanFactory);
		ProxyFactory factory = new ProxyFactory(bean);
		factory.setProxyTargetClass(true);
		factory.addAdvice((MethodInterceptor) (invocation) -> switch (invocation.getMethod().getName()) {
			case "getAsyncExecutor" -> configurer.getAsyncExecutor();
			case "getAsyncUncaughtExceptionHandler" -> configurer.getAsyncUncaughtExceptionHandler();
			default -> invocation.proceed();
		});
		return factory.getProxy(bean.getClass().getClassLoader());
	}

}

package io.lifeguard.proxy;

import java.lang.reflect.Method;
import java.util.concurrent.Executor;

import io.lifeguard.engine.pool.Guarded;
import io.lifeguard.engine.pool.PoolRegistry;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.interceptor.AsyncExecutionAspectSupport;
import org.springframework.aop.interceptor.AsyncUncaughtExceptionHandler;
import org.springframework.aop.interceptor.SimpleAsyncUncaughtExceptionHandler;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.scheduling.annotation.AsyncConfigurer;

/**
 * Guards the executor of {@code @Async} methods where it is no bean, and lets the guard
 * see what those without a result throw.
 */
public final class GuardingAsyncConfigurer implements AsyncConfigurer {

	private static final Log logger = LogFactory.getLog(GuardingAsyncConfigurer.class);

	private final @Nullable AsyncConfigurer application;

	private final ExecutorGuardFactory guards;

	private final BeanFactory beanFactory;

	private @Nullable Executor fallback;

	/**
	 * Create a configurer.
	 * @param application the application's own, which has its way where there is one
	 */
	public GuardingAsyncConfigurer(@Nullable AsyncConfigurer application, ExecutorGuardFactory guards,
			BeanFactory beanFactory) {
		this.application = application;
		this.guards = guards;
		this.beanFactory = beanFactory;
	}

	@Override
	public Executor getAsyncExecutor() {
		Executor executor = (this.application != null) ? this.application.getAsyncExecutor() : null;
		if (executor == null) {
			executor = new BeanLookup().find(this.beanFactory);
		}
		return (executor != null) ? this.guards.guard(executor, Executor.class) : fallback();
	}

	@Override
	public AsyncUncaughtExceptionHandler getAsyncUncaughtExceptionHandler() {
		AsyncUncaughtExceptionHandler handler = (this.application != null)
				? this.application.getAsyncUncaughtExceptionHandler() : null;
		return (failure, method, arguments) -> {
			boolean guarded = PoolRegistry.failCurrentTask(failure);
			if (handler != null) {
				handler.handleUncaughtException(failure, method, arguments);
			}
			else if (!guarded) {
				new SimpleAsyncUncaughtExceptionHandler().handleUncaughtException(failure, method, arguments);
			}
		};
	}

	/**
	 * Return the executor that Spring falls back to in private, guarded. It has no bound,
	 * and nobody has asked for it: so that is said.
	 */
	private synchronized Executor fallback() {
		if (this.fallback == null) {
			this.fallback = this.guards.guard(new SimpleAsyncTaskExecutor(), Executor.class);
			if (this.fallback instanceof Guarded guarded) {
				String advice = AsyncFallback.advice(this.beanFactory);
				guarded.lifeguardPool().addAdvice(advice);
				logger.warn("Pool " + guarded.lifeguardPool().name() + ": " + advice);
			}
		}
		return this.fallback;
	}

	/**
	 * Looks for an executor bean as Spring does.
	 */
	private static final class BeanLookup extends AsyncExecutionAspectSupport {

		BeanLookup() {
			super(null);
		}

		@Nullable Executor find(BeanFactory beanFactory) {
			return getDefaultExecutor(beanFactory);
		}

		@Override
		protected @Nullable String getExecutorQualifier(Method method) {
			return null;
		}

	}

}

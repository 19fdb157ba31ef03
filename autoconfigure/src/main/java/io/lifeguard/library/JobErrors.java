package io.lifeguard.library;

import java.util.List;

import io.lifeguard.engine.pool.PoolRegistry;
import org.quartz.JobExecutionContext;
import org.quartz.JobExecutionException;
import org.quartz.JobKey;
import org.quartz.JobListener;
import org.quartz.ListenerManager;
import org.quartz.Matcher;
import org.quartz.Scheduler;
import org.quartz.SchedulerException;
import org.quartz.listeners.JobListenerSupport;

import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.scheduling.quartz.SchedulerFactoryBean;

/**
 * What Quartz jobs throw on a guarded worker, as they do where the scheduler has a
 * {@code taskExecutor}: Quartz logs it. A listener of the application's own is told of
 * the jobs that it is registered for, whatever it makes of that.
 */
public final class JobErrors implements BeanPostProcessor {

	@Override
	public Object postProcessAfterInitialization(Object bean, String beanName) {
		Scheduler scheduler = (bean instanceof SchedulerFactoryBean factory) ? factory.getObject()
				: (bean instanceof Scheduler own) ? own : null;
		if (scheduler != null) {
			try {
				scheduler.getListenerManager().addJobListener(new Listener());
			}
			catch (SchedulerException ex) {
				throw new IllegalStateException("Quartz scheduler '" + beanName + "' takes no listener", ex);
			}
		}
		return bean;
	}

	private static final class Listener extends JobListenerSupport {

		@Override
		public String getName() {
			return JobErrors.class.getName();
		}

		@Override
		public void jobWasExecuted(JobExecutionContext context, JobExecutionException failure) {
			if (failure != null && !isToldToOthers(context)) {
				PoolRegistry.failCurrentTask(thrown(failure));
			}
		}

		private boolean isToldToOthers(JobExecutionContext context) {
			try {
				ListenerManager listeners = context.getScheduler().getListenerManager();
				JobKey job = context.getJobDetail().getKey();
				return listeners.getJobListeners()
					.stream()
					.filter((listener) -> !(listener instanceof Listener))
					.map(JobListener::getName)
					.anyMatch((name) -> isMatch(listeners.getJobListenerMatchers(name), job));
			}
			catch (SchedulerException ex) {
				getLog().debug("Scheduler does not tell its listeners", ex);
				return false;
			}
		}

		private static boolean isMatch(List<Matcher<JobKey>> matchers, JobKey job) {
			return matchers == null || matchers.isEmpty()
					|| matchers.stream().anyMatch((matcher) -> matcher.isMatch(job));
		}

		/**
		 * Return what the job threw, freed of what Quartz puts around it.
		 */
		private static Throwable thrown(JobExecutionException failure) {
			Throwable wrapper = failure.getCause();
			Throwable cause = (wrapper instanceof SchedulerException && !(wrapper instanceof JobExecutionException))
					? wrapper.getCause() : null;
			return (cause != null) ? cause : failure;
		}

	}

}

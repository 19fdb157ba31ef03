package io.lifeguard.library;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.quartz.Job;
import org.quartz.JobBuilder;
import org.quartz.JobExecutionContext;
import org.quartz.JobExecutionException;
import org.quartz.JobKey;
import org.quartz.ListenerManager;
import org.quartz.Scheduler;
import org.quartz.SchedulerException;
import org.quartz.TriggerBuilder;
import org.quartz.impl.matchers.KeyMatcher;
import org.quartz.listeners.JobListenerSupport;
import tools.jackson.databind.JsonNode;

import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.scheduling.quartz.SchedulerFactoryBean;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for Quartz jobs, with a scheduler that has its jobs in memory.
 */
@ExtendWith(OutputCaptureExtension.class)
class JobErrorsTests {

	@Test
	void areFailuresOfThePoolAndStillLogged(CapturedOutput output) {
		List<JsonNode> events = new SentryApplication().with(OnPool.class).run((context) -> {
			start(context, Failing.class);
			await().until(() -> SentryApplication.pool(context).tasks().failed() == 1);
			start(context, Fine.class);
			await().until(() -> SentryApplication.pool(context).tasks().succeeded() == 1);
		});
		SentryApplication.assertOne(events, "pool", "JobErrorsTests.Failing.execute", "No such report");
		assertThat(events.get(0).path("exception").path("values").size()).isEqualTo(1);
		assertThat(output).contains("threw an unhandled Exception");
	}

	@Test
	void areFailuresWhereTheJobTellsQuartzOfThemToo() {
		List<JsonNode> events = new SentryApplication().with(OnPool.class).run((context) -> {
			start(context, Telling.class);
			await().until(() -> SentryApplication.pool(context).tasks().failed() == 1);
		});
		SentryApplication.assertOne(events, "pool", "JobErrorsTests.Telling.execute", "Told");
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void areHandledWhereTheApplicationListensToThem(boolean all) {
		List<JsonNode> events = new SentryApplication().with(OnPool.class).run((context) -> {
			CountDownLatch told = new CountDownLatch(1);
			Listener listener = new Listener(told);
			ListenerManager listeners = context.getBean(Scheduler.class).getListenerManager();
			if (all) {
				listeners.addJobListener(listener);
			}
			else {
				listeners.addJobListener(listener, KeyMatcher.keyEquals(JobKey.jobKey("Failing")));
			}
			start(context, Failing.class);
			told.await();
			await().until(() -> SentryApplication.pool(context).tasks().succeeded() == 1);
		});
		assertThat(events).isEmpty();
	}

	@Test
	void areNotHandledWhereTheApplicationListensToAnotherJob() {
		List<JsonNode> events = new SentryApplication().with(OnPool.class).run((context) -> {
			context.getBean(Scheduler.class)
				.getListenerManager()
				.addJobListener(new Listener(new CountDownLatch(1)), KeyMatcher.keyEquals(JobKey.jobKey("another")));
			start(context, Failing.class);
			await().until(() -> SentryApplication.pool(context).tasks().failed() == 1);
		});
		assertThat(events).hasSize(1);
	}

	@Test
	void areQuartzsOwnOnItsOwnThreads(CapturedOutput output) {
		List<JsonNode> events = new SentryApplication().with(OnItsOwn.class).run((context) -> {
			start(context, Failing.class);
			await().until(() -> output.getOut().contains("threw an unhandled Exception"));
		});
		assertThat(events).isEmpty();
	}

	private static void start(ApplicationContext context, Class<? extends Job> job) throws SchedulerException {
		context.getBean(Scheduler.class)
			.scheduleJob(JobBuilder.newJob(job).withIdentity(job.getSimpleName()).build(),
					TriggerBuilder.newTrigger().startNow().build());
	}

	public static class Failing implements Job {

		@Override
		public void execute(JobExecutionContext context) {
			throw new IllegalStateException("No such report");
		}

	}

	public static class Telling implements Job {

		@Override
		public void execute(JobExecutionContext context) throws JobExecutionException {
			throw new JobExecutionException("Told");
		}

	}

	public static class Fine implements Job {

		@Override
		public void execute(JobExecutionContext context) {
		}

	}

	private static final class Listener extends JobListenerSupport {

		private final CountDownLatch told;

		Listener(CountDownLatch told) {
			this.told = told;
		}

		@Override
		public String getName() {
			return "application";
		}

		@Override
		public void jobWasExecuted(JobExecutionContext context, JobExecutionException failure) {
			this.told.countDown();
		}

	}

	static class OnPool {

		@Bean
		SchedulerFactoryBean quartz(@Qualifier("pool") Executor pool) {
			SchedulerFactoryBean factory = new SchedulerFactoryBean();
			factory.setTaskExecutor(pool);
			return factory;
		}

	}

	static class OnItsOwn {

		@Bean
		SchedulerFactoryBean quartz() {
			return new SchedulerFactoryBean();
		}

	}

}

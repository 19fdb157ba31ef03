package io.lifeguard.engine.failure;

import java.lang.reflect.Proxy;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;

import io.lifeguard.GuardedApplication;
import io.lifeguard.PoolSnapshot;
import io.lifeguard.SubmissionSite;
import io.lifeguard.engine.pool.Pool;
import io.lifeguard.shop.MailJob;
import io.lifeguard.shop.MailService;
import io.lifeguard.support.Frames;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.autoconfigure.AutoConfigurationPackage;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.task.AsyncTaskExecutor;
import org.springframework.scheduling.annotation.EnableAsync;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link TaskNames}.
 */
class TaskNamesTests {

	@Test
	void areTheOutermostMethodBelowTheGuard() {
		assertThat(name("java.lang.Thread.sleep", "com.shop.Mails.connect", "com.shop.Mails.send",
				"io.lifeguard.ExecutedTask.run", "com.shop.Checkout.order"))
			.isEqualTo("Mails.send");
	}

	@Test
	void areFoundBehindTheGuardThatTheTaskItselfCalls() {
		assertThat(name("java.util.concurrent.FutureTask.get", "io.lifeguard.GuardedFuture.get", "com.shop.Mails.send",
				"io.lifeguard.CallTask.call", "com.shop.Checkout.order"))
			.isEqualTo("Mails.send");
	}

	@Test
	void areThoseOfACauseWhereALibraryHasPutAnExceptionAround() {
		Throwable cause = thrown(new IllegalStateException(), "com.shop.Mails.send", "reactor.core.Worker.run",
				"io.lifeguard.ExecutedTask.run");
		Throwable wrapper = thrown(new IllegalArgumentException(cause), "reactor.core.Operators.drop",
				"io.lifeguard.ExecutedTask.run");
		assertThat(TaskNames.ofFailed(getClass(), null, wrapper)).isEqualTo("Mails.send");
		assertThat(TaskNames.ofFailed(getClass(), null, new IllegalStateException(wrapper))).isEqualTo("Mails.send");
	}

	@ParameterizedTest
	@ValueSource(classes = { ExecutionException.class, CompletionException.class })
	void areNotThoseOfWhatHasFailedInAnotherTask(Class<? extends Exception> type) throws Exception {
		Throwable elsewhere = thrown(new IllegalStateException(), "com.shop.Mails.send",
				"io.lifeguard.ExecutedTask.run");
		Throwable handedOn = thrown(type.getConstructor(Throwable.class).newInstance(elsewhere),
				"java.util.concurrent.FutureTask.get", "io.lifeguard.ExecutedTask.run");
		assertThat(TaskNames.ofFailed(getClass(), null, handedOn)).isEqualTo("TaskNamesTests");
		Throwable read = thrown(new ExecutionException(elsewhere), "java.util.concurrent.FutureTask.get",
				"com.shop.Checkout.order", "io.lifeguard.ExecutedTask.run");
		assertThat(TaskNames.ofFailed(getClass(), null, read)).isEqualTo("Checkout.order");
		assertThat(TaskNames.ofFailed(getClass(), String.class.getMethod("length"),
				thrown(new IllegalStateException(elsewhere), "java.lang.Thread.sleep")))
			.isEqualTo("String.length");
	}

	@Test
	void areThoseOfTheClassWhereTheTaskHasNoMethod() {
		assertThat(name("java.lang.Thread.sleep", "io.lifeguard.ExecutedTask.run", "com.shop.Checkout.order"))
			.isEqualTo("TaskNamesTests");
	}

	@Test
	void areThoseOfAsyncMethodsWhateverThreadFails() {
		GuardedApplication application = new GuardedApplication().with(AsyncConfiguration.class);
		application.run(() -> {
			application.bean("mailService", MailService.class).sendElsewhere("nobody");
			Pool pool = application.guarded("applicationTaskExecutor");
			await().until(() -> !pool.recentFailures().isEmpty());
			assertThat(pool.recentFailures().get(0).task()).isEqualTo("MailService.sendElsewhere");
		});
	}

	@Test
	void areThoseOfWhatWasSubmittedAndNotOfADecorator() {
		GuardedApplication application = new GuardedApplication().with("executor", ThreadPoolTaskExecutor.class,
				MailJob::decoratedExecutor);
		application.run(() -> {
			AsyncTaskExecutor executor = application.bean("executor", AsyncTaskExecutor.class);
			executor.execute(new MailJob());
			MailJob.executeLambda(executor);
			executor.submit(new MailJob());
			Pool pool = application.guarded("executor");
			await().until(() -> pool.recentFailures().size() == 3);
			assertThat(pool.recentFailures()).extracting(PoolSnapshot.RecentFailure::task)
				.containsExactlyInAnyOrder("MailJob.run", "MailJob.executeLambda", "MailJob.run");
		});
	}

	@Test
	void areThoseOfTheInterfaceOfAProxy() {
		Job proxy = (Job) Proxy.newProxyInstance(getClass().getClassLoader(), new Class<?>[] { Job.class },
				(self, method, arguments) -> {
					throw new IllegalStateException("Fails");
				});
		GuardedApplication application = new GuardedApplication().with("executor", ThreadPoolTaskExecutor.class,
				ThreadPoolTaskExecutor::new);
		application.run(() -> {
			application.bean("executor", AsyncTaskExecutor.class).execute(proxy);
			Pool pool = application.guarded("executor");
			await().until(() -> !pool.recentFailures().isEmpty());
			assertThat(pool.recentFailures().get(0).task()).isEqualTo("TaskNamesTests.Job");
		});
	}

	@Test
	void areThoseOfTheApplicationAheadOfItsLibraries() {
		String[] stack = { "com.zaxxer.hikari.Pool.take", "com.shop.Mails.send", "com.library.Retry.call",
				"io.lifeguard.ExecutedTask.run" };
		assertThat(name(stack)).isEqualTo("Retry.call");
		Frames.addApplication(List.of("com.shop"));
		try {
			assertThat(name(stack)).isEqualTo("Mails.send");
			assertThat(new SubmissionSite(List.of(frame("com.library.Retry.submit"), frame("com.shop.Checkout.order"))))
				.hasToString("com.shop.Checkout.order(Unknown Source)");
			assertThat(new SubmissionSite(List.of(frame("java.lang.Thread.run"), frame("com.library.Retry.submit"))))
				.hasToString("com.library.Retry.submit(Unknown Source)");
		}
		finally {
			Frames.removeApplication(List.of("com.shop"));
		}
	}

	@Test
	void knowThePackagesOfTheApplicationFromBoot() {
		StackTraceElement own = frame("io.lifeguard.shop.MailService.send");
		assertThat(Frames.isOfKnownApplication(own)).isFalse();
		GuardedApplication application = new GuardedApplication().with(ShopApplication.class);
		application.run(() -> assertThat(Frames.isOfKnownApplication(own)).isTrue());
		assertThat(Frames.isOfKnownApplication(own)).isFalse();
	}

	@Test
	void isNotWhatDealsWithTheTasksFailure() {
		assertThat(name("io.lifeguard.sentry.ScopeCapture.failed", "io.lifeguard.engine.failure.FailureDesk.momentOf",
				"io.lifeguard.engine.task.Task.threw", "io.lifeguard.engine.future.RunnableTask.run"))
			.isEqualTo(TaskNames.ofSubmitted(this));
	}

	private String name(String... stack) {
		return TaskNames.ofRunning(this, Stream.of(stack).map(TaskNamesTests::frame).toArray(StackTraceElement[]::new));
	}

	private static Throwable thrown(Throwable thrown, String... stack) {
		thrown.setStackTrace(Stream.of(stack).map(TaskNamesTests::frame).toArray(StackTraceElement[]::new));
		return thrown;
	}

	private static StackTraceElement frame(String method) {
		int dot = method.lastIndexOf('.');
		return new StackTraceElement(method.substring(0, dot), method.substring(dot + 1), null, -1);
	}

	private interface Job extends Runnable {

	}

	@Configuration(proxyBeanMethods = false)
	@AutoConfigurationPackage(basePackageClasses = MailService.class)
	static class ShopApplication {

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAsync
	static class AsyncConfiguration {

		@Bean
		MailService mailService() {
			return new MailService();
		}

	}

}

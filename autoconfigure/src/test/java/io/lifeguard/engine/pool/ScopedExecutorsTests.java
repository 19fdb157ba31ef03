package io.lifeguard.engine.pool;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import io.lifeguard.GuardedApplication;
import io.lifeguard.Handling;
import io.lifeguard.LossReason;
import io.lifeguard.PoolSnapshot;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.config.CustomScopeConfigurer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Scope;
import org.springframework.core.task.AsyncTaskExecutor;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;
import org.springframework.web.context.request.AbstractRequestAttributesScope;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.RequestScope;
import org.springframework.web.context.request.ServletRequestAttributes;
import org.springframework.mock.web.MockHttpServletRequest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Tests for executors of a scope, several of which share a name.
 */
class ScopedExecutorsTests {

	private final GuardedApplication application = new GuardedApplication().with(Requests.class)
		.with("lifeguard.pools.mail.task-timeout=100ms");

	private final CountDownLatch release = new CountDownLatch(1);

	@AfterEach
	void end() {
		this.release.countDown();
		RequestContextHolder.resetRequestAttributes();
	}

	@Test
	void shareOnePoolWhoseLimitsApplyToEach() {
		this.application.run(() -> {
			ServletRequestAttributes first = request();
			Future<?> slow = mail().submit(this::hold);
			ServletRequestAttributes second = request();
			Future<?> slowToo = mail().submit(this::hold);
			for (Future<?> future : new Future<?>[] { slow, slowToo }) {
				assertThatExceptionOfType(ExecutionException.class).isThrownBy(() -> future.get(10, TimeUnit.SECONDS))
					.withCauseInstanceOf(TimeoutException.class);
			}
			assertThat(this.application.pool("mail").tasks().timedOut()).isEqualTo(2);
			assertThat(this.application.poolNames()).containsExactly("mail");
			first.requestCompleted();
			second.requestCompleted();
		});
	}

	@Test
	void countOnWhenOneOfThemEnds() {
		this.application.run(() -> {
			ServletRequestAttributes first = request();
			mail().submit(() -> "sent").get();
			first.requestCompleted();
			request();
			mail().execute(() -> {
				throw new IllegalStateException("not sent");
			});
			await().untilAsserted(() -> {
				PoolSnapshot mail = this.application.pool("mail");
				assertThat(mail.tasks().succeeded()).isOne();
				assertThat(mail.failures().uncaught()).isOne();
				assertThat(mail.size().core()).isOne();
			});
			assertThat(this.application.guarded("mail").failures(Handling.UNCAUGHT)).isOne();
		});
	}

	@Test
	void areSeenTogetherWhileTheyLive() {
		this.application.run(() -> {
			request();
			mail().execute(this::holdOn);
			mail().execute(this::holdOn);
			ServletRequestAttributes second = request();
			mail().execute(this::holdOn);
			await().untilAsserted(() -> {
				PoolSnapshot mail = this.application.pool("mail");
				assertThat(mail.size().current()).isEqualTo(2);
				assertThat(mail.active()).isEqualTo(2);
				assertThat(mail.queue().size()).isOne();
				assertThat(mail.tasks().running()).isEqualTo(2);
				assertThat(mail.tasks().queued()).isOne();
			});
			this.release.countDown();
			second.requestCompleted();
		});
	}

	@Test
	void loseWhatWaitsAtTheEndOfTheirScope() {
		this.application.run(() -> {
			ServletRequestAttributes first = request();
			mail().execute(this::hold);
			mail().execute(this::hold);
			Future<?> waiting = mail().submit(this::hold);
			first.requestCompleted();
			this.release.countDown();
			assertThat(waiting).isCancelled();
			await().untilAsserted(() -> {
				Pool mail = this.application.guarded("mail");
				assertThat(mail.lost(LossReason.SHUTDOWN)).isEqualTo(2);
				assertThat(mail.lost(LossReason.DISCARDED)).isZero();
				assertThat(mail.snapshot().tasks().queued()).isZero();
			});
		});
	}

	private AsyncTaskExecutor mail() {
		return this.application.bean("mail", AsyncTaskExecutor.class);
	}

	private static ServletRequestAttributes request() {
		ServletRequestAttributes request = new ServletRequestAttributes(new MockHttpServletRequest());
		RequestContextHolder.setRequestAttributes(request);
		return request;
	}

	private void hold() {
		try {
			this.release.await();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private void holdOn() {
		while (this.release.getCount() > 0) {
			hold();
			Thread.interrupted();
		}
	}

	@Configuration(proxyBeanMethods = false)
	static class Requests {

		@Bean
		static CustomScopeConfigurer scopes() {
			CustomScopeConfigurer scopes = new CustomScopeConfigurer();
			AbstractRequestAttributesScope request = new RequestScope();
			scopes.addScope("request", request);
			return scopes;
		}

		@Bean
		@Scope("request")
		ThreadPoolTaskExecutor mail() {
			ThreadPoolTaskExecutor mail = new ThreadPoolTaskExecutor();
			mail.setCorePoolSize(1);
			mail.setMaxPoolSize(1);
			mail.setQueueCapacity(10);
			return mail;
		}

	}

}

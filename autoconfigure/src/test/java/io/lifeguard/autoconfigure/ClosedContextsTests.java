package io.lifeguard.autoconfigure;

import java.lang.Thread.UncaughtExceptionHandler;
import java.lang.management.ClassLoadingMXBean;
import java.lang.management.ManagementFactory;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.SynchronousQueue;
import java.util.stream.Collectors;

import io.lifeguard.engine.pool.PoolRegistry;
import io.lifeguard.shop.MailService;
import io.lifeguard.sentry.SentryReceiver;
import io.sentry.spring.boot4.SentryAutoConfiguration;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.autoconfigure.task.TaskExecutionAutoConfiguration;
import org.springframework.boot.autoconfigure.task.TaskSchedulingAutoConfiguration;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.task.AsyncTaskExecutor;
import org.springframework.scheduling.annotation.EnableAsync;
import org.springframework.scheduling.annotation.EnableScheduling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

class ClosedContextsTests {

	@Test
	void leaveNoThreadNoClassAndNoHandlerBehind() {
		try (SentryReceiver sentry = SentryReceiver.start()) {
			UncaughtExceptionHandler handler = Thread.getDefaultUncaughtExceptionHandler();
			for (int i = 0; i < 20; i++) {
				Probe.runOnce(sentry.dsn());
			}
			ClassLoadingMXBean classes = ManagementFactory.getClassLoadingMXBean();
			Set<String> threads = threads();
			List<WeakReference<Object>> contexts = new ArrayList<>();
			int more = Integer.MAX_VALUE;
			// The JVM loads classes of its own while it warms up, but not with every
			// context
			while (contexts.size() < 100 || (more >= 50 && contexts.size() < 300)) {
				int loaded = classes.getLoadedClassCount();
				for (int i = 0; i < 50; i++) {
					contexts.add(Probe.runOnce(sentry.dsn()));
				}
				System.gc();
				more = classes.getLoadedClassCount() - loaded;
			}
			await().atMost(30, TimeUnit.SECONDS).untilAsserted(() -> assertThat(threads()).isSubsetOf(threads));
			assertThat(Thread.getDefaultUncaughtExceptionHandler()).isSameAs(handler);
			await().atMost(20, TimeUnit.SECONDS).untilAsserted(() -> {
				System.gc();
				assertThat(contexts).filteredOn((context) -> context.get() != null).isEmpty();
			});
			assertThat(more).isLessThan(50);
		}
	}

	private static Set<String> threads() {
		return Thread.getAllStackTraces()
			.keySet()
			.stream()
			.filter(Thread::isAlive)
			.map(Thread::getName)
			.filter((name) -> !name.contains("Cleaner") && !name.startsWith("sentry-receiver")
					&& !name.startsWith("HTTP-Dispatcher") && !name.startsWith("Keep-Alive")
					&& !name.startsWith("awaitility"))
			.collect(Collectors.toCollection(TreeSet::new));
	}

	/**
	 * An application with all kinds of pools, each of which gets something to do.
	 */
	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ TaskExecutionAutoConfiguration.class, TaskSchedulingAutoConfiguration.class,
			SentryAutoConfiguration.class, LifeguardAutoConfiguration.class, LifeguardSentryAutoConfiguration.class })
	@EnableAsync
	@EnableScheduling
	public static class Probe {

		static WeakReference<Object> runOnce(String dsn) {
			try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext()) {
				context.getEnvironment()
					.getPropertySources()
					.addFirst(new MapPropertySource("test",
							Map.of("sentry.dsn", dsn, "spring.task.execution.mode", "force")));
				context.register(Probe.class);
				context.refresh();
				context.getBean(MailService.class).send("nobody");
				context.getBean("jdk", ThreadPoolExecutor.class).execute(new MailService().task());
				context.getBean("jdk", ThreadPoolExecutor.class).submit(new MailService().task());
				context.getBean(ForkJoinPool.class).execute(new MailService().task());
				context.getBean(ScheduledThreadPoolExecutor.class)
					.schedule(new MailService().task(), 1, TimeUnit.MILLISECONDS);
				CompletableFuture<?> unread = context.getBean("applicationTaskExecutor", AsyncTaskExecutor.class)
					.submitCompletable(new MailService().task());
				PoolRegistry registry = context.getBean(PoolRegistry.class);
				while (registry.pool("jdk").snapshot().tasks().failed() < 2 || !unread.isDone()) {
					Thread.onSpinWait();
				}
				return new WeakReference<>(registry);
			}
		}

		@Bean
		MailService mailService() {
			return new MailService();
		}

		@Bean
		ThreadPoolExecutor jdk() {
			return new ThreadPoolExecutor(1, 2, 1, TimeUnit.SECONDS, new SynchronousQueue<>(),
					new ThreadPoolExecutor.CallerRunsPolicy());
		}

		@Bean
		ForkJoinPool forkJoin() {
			return new ForkJoinPool(2);
		}

		@Bean
		ScheduledThreadPoolExecutor scheduled() {
			return new ScheduledThreadPoolExecutor(1);
		}

	}

}

package io.lifeguard.library;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;

import com.github.benmanes.caffeine.cache.AsyncLoadingCache;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

import org.springframework.context.ApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests that what the documentation says of Caffeine is so: it reads the failures of its
 * loads and refreshes itself.
 */
class CaffeineTests {

	@Test
	void readsTheFailuresOfItsLoads() {
		List<JsonNode> events = new SentryApplication().run((context) -> {
			CountDownLatch attached = new CountDownLatch(1);
			AsyncLoadingCache<String, String> cache = caffeine(context).buildAsync((key) -> failAfter(attached));
			var unread = cache.get("key");
			attached.countDown();
			await().until(unread::isDone);
			awaitObserved(context);
		});
		assertThat(events).isEmpty();
	}

	@Test
	void readsTheFailuresOfItsRefreshes() {
		AtomicBoolean loaded = new AtomicBoolean();
		CountDownLatch attached = new CountDownLatch(1);
		List<JsonNode> events = new SentryApplication().run((context) -> {
			LoadingCache<String, String> cache = caffeine(context)
				.build((key) -> loaded.compareAndSet(false, true) ? "value" : failAfter(attached));
			assertThat(cache.get("key")).isEqualTo("value");
			var unread = cache.refresh("key");
			attached.countDown();
			await().until(unread::isDone);
			awaitObserved(context);
		});
		assertThat(events).isEmpty();
	}

	@Test
	void keepsTheFailuresOfItsListeners() {
		List<JsonNode> events = new SentryApplication().run((context) -> {
			Cache<String, String> cache = caffeine(context).removalListener((key, value, cause) -> fail()).build();
			cache.put("key", "value");
			cache.invalidate("key");
			SentryApplication.awaitEnd(context, 1);
			assertThat(SentryApplication.pool(context).tasks().succeeded()).isEqualTo(1);
		});
		assertThat(events).isEmpty();
	}

	private static Caffeine<Object, Object> caffeine(ApplicationContext context) {
		return Caffeine.newBuilder().executor(context.getBean(SentryApplication.POOL, Executor.class));
	}

	private static void awaitObserved(ApplicationContext context) {
		await().until(() -> SentryApplication.pool(context).failures().observed() == 1);
	}

	/**
	 * Fail once the cache has attached what reads the failure.
	 */
	private static String failAfter(CountDownLatch attached) throws InterruptedException {
		attached.await();
		return fail();
	}

	private static String fail() {
		throw new IllegalStateException("Cannot be loaded");
	}

}

package io.lifeguard.library;

import java.util.List;

import io.lifeguard.PoolSnapshot;
import io.lifeguard.autoconfigure.LifeguardAutoConfiguration;
import io.lifeguard.autoconfigure.LifeguardLibrariesAutoConfiguration;
import io.lifeguard.autoconfigure.LifeguardSentryAutoConfiguration;
import io.lifeguard.engine.pool.PoolRegistry;
import io.lifeguard.sentry.SentryReceiver;
import io.sentry.Sentry;
import io.sentry.spring.boot4.SentryAutoConfiguration;
import tools.jackson.databind.JsonNode;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * An application of which Sentry is told, until it has closed: by then all has been sent
 * that is to be.
 */
final class SentryApplication {

	static final String POOL = "pool";

	private final SentryReceiver sentry = SentryReceiver.start();

	private ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(SentryAutoConfiguration.class, LifeguardAutoConfiguration.class,
				LifeguardSentryAutoConfiguration.class, LifeguardLibrariesAutoConfiguration.class))
		.withPropertyValues("sentry.dsn=" + this.sentry.dsn(), "lifeguard.pools.pool.core-size=2",
				"lifeguard.pools.pool.threads=platform");

	SentryApplication with(Class<?>... configurations) {
		this.runner = this.runner.withUserConfiguration(configurations);
		return this;
	}

	SentryApplication with(String... properties) {
		this.runner = this.runner.withPropertyValues(properties);
		return this;
	}

	/**
	 * Run the application, and return the events that Sentry got of it.
	 */
	List<JsonNode> run(Use use) {
		try (this.sentry) {
			this.runner.run((context) -> {
				assertThat(context).hasNotFailed();
				use.of(context);
			});
			Sentry.close();
			assertThat(this.sentry.crashedSessions()).isZero();
			return this.sentry.events();
		}
	}

	static PoolSnapshot pool(ApplicationContext context) {
		return pool(context, POOL);
	}

	static PoolSnapshot pool(ApplicationContext context, String name) {
		return context.getBean(PoolRegistry.class).pool(name).snapshot();
	}

	/**
	 * Wait until as many tasks have ended, and none is left.
	 */
	static void awaitEnd(ApplicationContext context, int tasks) {
		await().untilAsserted(() -> {
			PoolSnapshot.Tasks counts = pool(context).tasks();
			assertThat(counts.succeeded() + counts.failed()).isEqualTo(tasks);
			assertThat(counts.running() + counts.queued()).isZero();
		});
	}

	/**
	 * Assert that an event is the only one, of an uncaught failure.
	 */
	static void assertOne(List<JsonNode> events, String pool, String task, String message) {
		assertThat(events).hasSize(1);
		JsonNode event = events.get(0);
		assertThat(event.path("tags").path("pool").asString()).isEqualTo(pool);
		assertThat(event.path("tags").path("task").asString()).isEqualTo(task);
		assertThat(event.path("tags").path("handling").asString()).isEqualTo("uncaught");
		assertThat(event.toString()).contains(message);
	}

	interface Use {

		void of(ApplicationContext context) throws Exception;

	}

}

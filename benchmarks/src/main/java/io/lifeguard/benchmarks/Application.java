package io.lifeguard.benchmarks;

import java.util.concurrent.Executor;

import io.sentry.ITransportFactory;
import io.sentry.NoOpTransportFactory;

import org.springframework.boot.Banner;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.scheduling.annotation.Async;
import org.springframework.scheduling.annotation.EnableAsync;

/**
 * A small application around the executor that is measured.
 */
@SpringBootConfiguration
@EnableAutoConfiguration
@EnableAsync
public class Application {

	@Bean
	AsyncCalls asyncCalls() {
		return new AsyncCalls();
	}

	@Bean
	ITransportFactory sentryTransportFactory() {
		return NoOpTransportFactory.getInstance();
	}

	/**
	 * Start the application with a bean {@code measured} of the given shape.
	 */
	static ConfigurableApplicationContext start(Subject subject, Shape shape) {
		Executor measured = subject.around(shape.create());
		return new SpringApplicationBuilder(Application.class).web(WebApplicationType.NONE)
			.bannerMode(Banner.Mode.OFF)
			.properties("logging.level.root=OFF", "lifeguard.enabled=" + subject.isGuarded(),
					"sentry.dsn=" + (subject.needsSentry() ? "http://public@127.0.0.1:1/1" : ""))
			.initializers((context) -> register((GenericApplicationContext) context, measured))
			.run();
	}

	@SuppressWarnings("unchecked")
	private static void register(GenericApplicationContext context, Executor measured) {
		context.registerBean("measured", (Class<Executor>) measured.getClass(), () -> measured);
	}

	/**
	 * A bean with an asynchronous method.
	 */
	public static class AsyncCalls {

		/**
		 * Run the task asynchronously.
		 */
		@Async("measured")
		public void call(Runnable task) {
			task.run();
		}

	}

}

package io.lifeguard.sample.sentry;

import java.util.Map;

import org.springframework.boot.context.event.ApplicationFailedEvent;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ApplicationListener;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.core.env.MapPropertySource;
import org.springframework.util.StringUtils;

/**
 * Starts the receiver and points Sentry to it, unless the environment names a DSN.
 * <p>
 * An initializer, because Sentry's auto-configuration decides by {@code sentry.dsn}
 * whether it does anything. The receiver's bean is defined before all others, so that it
 * is closed after them and gets what they report when they end.
 */
class SentryReceiverInitializer implements ApplicationContextInitializer<GenericApplicationContext> {

	@Override
	public void initialize(GenericApplicationContext context) {
		if (StringUtils.hasText(context.getEnvironment().getProperty("sentry.dsn"))) {
			return;
		}
		SentryReceiver receiver = new SentryReceiver();
		context.getEnvironment()
			.getPropertySources()
			.addFirst(new MapPropertySource("sentryReceiver", Map.of("sentry.dsn", receiver.dsn())));
		context.registerBean(SentryReceiver.class, () -> receiver);
		context.addApplicationListener((ApplicationListener<ApplicationFailedEvent>) (event) -> receiver.close());
	}

}

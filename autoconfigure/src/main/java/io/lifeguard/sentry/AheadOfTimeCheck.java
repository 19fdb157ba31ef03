package io.lifeguard.sentry;

import io.sentry.Sentry;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.aot.AotDetector;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.core.env.Environment;
import org.springframework.util.StringUtils;

/**
 * Says at start why Sentry gets nothing from an application that was processed ahead of
 * time without a DSN: Sentry's own beans, which would take the one there is now, were
 * left out then.
 */
public final class AheadOfTimeCheck implements SmartInitializingSingleton {

	private static final Log logger = LogFactory.getLog(AheadOfTimeCheck.class);

	private final Environment environment;

	/**
	 * Create a check.
	 */
	public AheadOfTimeCheck(Environment environment) {
		this.environment = environment;
	}

	@Override
	public void afterSingletonsInstantiated() {
		if (AotDetector.useGeneratedArtifacts() && !Sentry.isEnabled()
				&& StringUtils.hasText(this.environment.getProperty("sentry.dsn"))) {
			logger.warn("'sentry.dsn' is set, but Sentry gets no events: the application was processed ahead of time "
					+ "without it, and so without Sentry's beans. Put an empty 'sentry.dsn=' into "
					+ "application.properties and process the application again: what is set at run time then counts");
		}
	}

}

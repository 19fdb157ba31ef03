package io.lifeguard.autoconfigure;

import org.springframework.boot.SpringBootVersion;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * Stops the start on a Spring Boot that is too old, before a class that it lacks does so
 * with a riddle. Uses nothing that came with Spring Boot 4.
 */
final class BootVersionCheck implements ApplicationContextInitializer<ConfigurableApplicationContext> {

	private static final int OLDEST = 4;

	@Override
	public void initialize(ConfigurableApplicationContext applicationContext) {
		check(SpringBootVersion.getVersion());
	}

	static void check(String version) {
		String major = version.substring(0, Math.max(0, version.indexOf('.')));
		if (major.matches("\\d+") && Integer.parseInt(major) < OLDEST) {
			throw new IllegalStateException(
					"Lifeguard needs Spring Boot " + OLDEST + ".0 or later, and this application has " + version
							+ ": upgrade Spring Boot, or remove lifeguard-spring-boot-starter");
		}
	}

}

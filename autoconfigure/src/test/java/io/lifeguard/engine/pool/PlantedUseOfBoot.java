package io.lifeguard.engine.pool;

import org.springframework.boot.SpringApplication;

/**
 * Breaks the rule that the engine knows nothing of Spring Boot.
 */
public final class PlantedUseOfBoot {

	SpringApplication application;

}

package io.lifeguard.autoconfigure;

import java.util.Map;

import io.lifeguard.InvalidLifeguardPropertyException;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.BeanCreationException;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.env.OriginTrackedMapPropertySource;
import org.springframework.boot.origin.Origin;
import org.springframework.boot.origin.OriginTrackedValue;
import org.springframework.core.env.StandardEnvironment;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link InvalidLifeguardPropertyFailureAnalyzer}.
 */
class InvalidLifeguardPropertyFailureAnalyzerTests {

	private final StandardEnvironment environment = new StandardEnvironment();

	@Test
	void namesPropertyValueReasonAndCure() {
		FailureAnalysis analysis = analyze(new InvalidLifeguardPropertyException("lifeguard.pools.mail.core-size", -1,
				"a pool needs a thread", "Set it to 1 or more."));
		assertThat(analysis.getDescription()).isEqualTo(
				"Property 'lifeguard.pools.mail.core-size': " + "value '-1' makes no sense: a pool needs a thread.");
		assertThat(analysis.getAction()).isEqualTo("Set it to 1 or more.");
	}

	@Test
	void namesWhereTheValueComesFrom() {
		this.environment.getPropertySources()
			.addFirst(new OriginTrackedMapPropertySource("test",
					Map.of("lifeguard.report.max-per-minute", OriginTrackedValue.of("-1", new FileOrigin()))));
		assertThat(analyze(new InvalidLifeguardPropertyException("lifeguard.report.max-per-minute", -1, "…", "…"))
			.getDescription()).startsWith("Property 'lifeguard.report.max-per-minute' (from application.yaml:3): ");
	}

	@Test
	void saysSoWhereAValueIsMissing() {
		assertThat(analyze(new InvalidLifeguardPropertyException("lifeguard.pools.mail.threads", null, "needed", "…"))
			.getDescription()).isEqualTo("Property 'lifeguard.pools.mail.threads': it has no value: needed.");
	}

	private FailureAnalysis analyze(InvalidLifeguardPropertyException failure) {
		ConfigurationPropertySources.attach(this.environment);
		FailureAnalysis analysis = new InvalidLifeguardPropertyFailureAnalyzer(this.environment)
			.analyze(new BeanCreationException("lifeguardProperties", failure));
		assertThat(analysis).isNotNull();
		return analysis;
	}

	private static final class FileOrigin implements Origin {

		@Override
		public String toString() {
			return "application.yaml:3";
		}

	}

}

package io.lifeguard.autoconfigure;

import io.lifeguard.InvalidLifeguardPropertyException;

import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.env.Environment;

/**
 * Analyzes an {@link InvalidLifeguardPropertyException}: which property, where its value
 * comes from, what is wrong with it and what to do.
 */
final class InvalidLifeguardPropertyFailureAnalyzer extends AbstractFailureAnalyzer<InvalidLifeguardPropertyException> {

	private final Environment environment;

	InvalidLifeguardPropertyFailureAnalyzer(Environment environment) {
		this.environment = environment;
	}

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, InvalidLifeguardPropertyException cause) {
		return new FailureAnalysis(
				"Property '" + cause.property() + "'" + origin(cause.property()) + ": " + cause.reason() + ".",
				cause.cure(), cause);
	}

	private String origin(String property) {
		ConfigurationPropertyName name = ConfigurationPropertyName.adapt(property, '.');
		if (!name.isEmpty()) {
			for (ConfigurationPropertySource source : ConfigurationPropertySources.get(this.environment)) {
				ConfigurationProperty found = source.getConfigurationProperty(name);
				if (found != null) {
					return (found.getOrigin() != null) ? " (from " + found.getOrigin() + ")" : "";
				}
			}
		}
		return "";
	}

}

package io.lifeguard.autoconfigure;

import java.util.HashSet;
import java.util.Set;

import org.springframework.boot.actuate.endpoint.Show;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Properties of the endpoint {@code pools}.
 */
@ConfigurationProperties("management.endpoint.pools")
public class PoolsEndpointProperties {

	/**
	 * When to show messages of failures and stacks of tasks.
	 */
	private Show showValues = Show.WHEN_AUTHORIZED;

	/**
	 * Roles of users to whom values are shown. When empty, all authenticated users are
	 * authorized.
	 */
	private final Set<String> roles = new HashSet<>();

	public Show getShowValues() {
		return this.showValues;
	}

	public void setShowValues(Show showValues) {
		this.showValues = showValues;
	}

	public Set<String> getRoles() {
		return this.roles;
	}

}

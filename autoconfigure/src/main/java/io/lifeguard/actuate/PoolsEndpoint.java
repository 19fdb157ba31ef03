package io.lifeguard.actuate;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

import io.lifeguard.Pool;
import io.lifeguard.PoolRegistry;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.Access;
import org.springframework.boot.actuate.endpoint.OperationResponseBody;
import org.springframework.boot.actuate.endpoint.SecurityContext;
import org.springframework.boot.actuate.endpoint.Show;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;

/**
 * {@link Endpoint @Endpoint} that shows pools.
 */
@Endpoint(id = "pools", defaultAccess = Access.READ_ONLY)
public final class PoolsEndpoint {

	private final PoolRegistry registry;

	private final Show showValues;

	private final Set<String> roles;

	/**
	 * Create an endpoint.
	 * @param showValues to whom messages and stacks are shown
	 * @param roles the roles of those who are authorized, or empty for whoever is
	 * authenticated
	 */
	public PoolsEndpoint(PoolRegistry registry, Show showValues, Set<String> roles) {
		this.registry = registry;
		this.showValues = showValues;
		this.roles = Set.copyOf(roles);
	}

	/**
	 * Return all pools, without their failures and tasks.
	 */
	@ReadOperation
	public PoolsDescriptor pools() {
		Map<String, PoolDescriptor> pools = new LinkedHashMap<>();
		this.registry.pools().forEach((pool) -> pools.put(pool.name(), PoolDescriptor.summary(pool)));
		return new PoolsDescriptor(pools);
	}

	/**
	 * Return the pool of the given name, or {@code null} if there is none.
	 */
	@ReadOperation
	public @Nullable PoolDescriptor pool(SecurityContext securityContext, @Selector String name) {
		Pool pool = this.registry.pool(name);
		return (pool != null) ? PoolDescriptor.details(pool, this.showValues.isShown(securityContext, this.roles))
				: null;
	}

	/**
	 * Describes all pools.
	 *
	 * @param pools the pools by name
	 */
	public record PoolsDescriptor(Map<String, PoolDescriptor> pools) implements OperationResponseBody {

	}

}

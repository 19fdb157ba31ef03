package io.lifeguard.actuate;

import java.security.Principal;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

import io.lifeguard.engine.pool.Pool;
import io.lifeguard.engine.pool.PoolRegistry;
import io.lifeguard.engine.pool.ReadOnlyPool;
import io.lifeguard.tuning.InvalidPoolChangeException;
import io.lifeguard.tuning.PoolResizer;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.Access;
import org.springframework.boot.actuate.endpoint.OperationResponseBody;
import org.springframework.boot.actuate.endpoint.SecurityContext;
import org.springframework.boot.actuate.endpoint.Show;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;

/**
 * {@link Endpoint @Endpoint} that shows pools, and changes them.
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
		Map<String, PoolDescriptor> pools = new TreeMap<>();
		this.registry.readOnlyPools().all().forEach((pool) -> pools.put(pool.name(), PoolDescriptor.of(pool)));
		this.registry.pools().forEach((pool) -> pools.put(pool.name(), PoolDescriptor.summary(pool)));
		return new PoolsDescriptor(pools);
	}

	/**
	 * Return the pool of the given name, or {@code null} if there is none.
	 */
	@ReadOperation
	public @Nullable PoolDescriptor pool(SecurityContext securityContext, @Selector String name) {
		Pool pool = this.registry.pool(name);
		if (pool != null) {
			return PoolDescriptor.details(pool, this.showValues.isShown(securityContext, this.roles));
		}
		ReadOnlyPool readOnly = this.registry.readOnlyPools().get(name);
		return (readOnly != null) ? PoolDescriptor.of(readOnly) : null;
	}

	/**
	 * Change the pool of the given name while it runs, in all that is given or in
	 * nothing.
	 * @return the pool's new state; what is wrong with the request, with status 400; or
	 * nothing, with status 404
	 */
	@WriteOperation
	public WebEndpointResponse<?> change(SecurityContext securityContext, @Selector String name,
			@Nullable String coreSize, @Nullable String maxSize, @Nullable String queueCapacity,
			@Nullable String keepAlive, @Nullable String concurrencyLimit) {
		Pool pool = this.registry.pool(name);
		if (pool == null) {
			ReadOnlyPool readOnly = this.registry.readOnlyPools().get(name);
			return (readOnly != null) ? refusal(readOnly)
					: new WebEndpointResponse<>(WebEndpointResponse.STATUS_NOT_FOUND);
		}
		try {
			Principal principal = securityContext.getPrincipal();
			PoolResizer.resize(pool,
					PoolChangeRequest.parse(coreSize, maxSize, queueCapacity, keepAlive, concurrencyLimit),
					(principal != null) ? principal.getName() + " at the endpoint" : "the endpoint");
		}
		catch (InvalidPoolChangeException ex) {
			return refusal(new InvalidChangeDescriptor(ex.property(), ex.value(), ex.reason()));
		}
		return new WebEndpointResponse<>(
				PoolDescriptor.details(pool, this.showValues.isShown(securityContext, this.roles)));
	}

	private static WebEndpointResponse<?> refusal(ReadOnlyPool pool) {
		return refusal(new InvalidChangeDescriptor(null, null, "pool " + pool.name()
				+ " is not the application's and can only be looked at: its size is set by " + pool.sizedBy()));
	}

	private static WebEndpointResponse<?> refusal(InvalidChangeDescriptor reason) {
		return new WebEndpointResponse<>(reason, WebEndpointResponse.STATUS_BAD_REQUEST);
	}

	/**
	 * Describes what is wrong with a request.
	 */
	public record InvalidChangeDescriptor(@Nullable String property, @Nullable Object value,
			String reason) implements OperationResponseBody {

	}

	/**
	 * Describes all pools.
	 *
	 * @param pools the pools by name
	 */
	public record PoolsDescriptor(Map<String, PoolDescriptor> pools) implements OperationResponseBody {

	}

}

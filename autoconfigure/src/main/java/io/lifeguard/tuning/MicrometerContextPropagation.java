package io.lifeguard.tuning;

import java.util.concurrent.Callable;

import io.lifeguard.ContextPropagation;
import io.micrometer.context.ContextRegistry;
import io.micrometer.context.ContextSnapshotFactory;
import io.micrometer.context.ThreadLocalAccessor;
import io.micrometer.context.integration.Slf4jThreadLocalAccessor;

import org.springframework.util.ClassUtils;
import org.springframework.web.context.request.RequestAttributesThreadLocalAccessor;

/**
 * Propagates whatever Micrometer's context propagation knows, such as tracing and
 * security, and also the MDC and the request, which it could propagate and by default
 * does not. Those are kept out of its global registry, which others read too.
 */
public final class MicrometerContextPropagation implements ContextPropagation {

	private static final ClassLoader loader = MicrometerContextPropagation.class.getClassLoader();

	private final ContextSnapshotFactory known = ContextSnapshotFactory.builder().build();

	private final ContextSnapshotFactory added;

	/**
	 * Create a propagation of what is on the class path.
	 */
	public MicrometerContextPropagation() {
		ContextRegistry registry = new ContextRegistry();
		if (ClassUtils.isPresent("org.slf4j.MDC", loader)) {
			registry.registerThreadLocalAccessor(new Slf4jThreadLocalAccessor());
		}
		if (ClassUtils.isPresent("org.springframework.web.context.request.RequestAttributesThreadLocalAccessor",
				loader)) {
			registry.registerThreadLocalAccessor(Request.accessor());
		}
		this.added = ContextSnapshotFactory.builder().contextRegistry(registry).build();
	}

	@Override
	public Runnable wrap(Runnable task) {
		return this.added.captureAll().wrap(this.known.captureAll().wrap(task));
	}

	@Override
	public <V> Callable<V> wrap(Callable<V> task) {
		return this.added.captureAll().wrap(this.known.captureAll().wrap(task));
	}

	/** Loaded only where there is spring-web. */
	private static final class Request {

		static ThreadLocalAccessor<?> accessor() {
			return new RequestAttributesThreadLocalAccessor();
		}

	}

}

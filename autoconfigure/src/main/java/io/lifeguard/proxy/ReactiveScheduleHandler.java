package io.lifeguard.proxy;

import java.util.function.Consumer;

import io.lifeguard.engine.pool.PoolRegistry;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import org.jspecify.annotations.Nullable;

import org.springframework.core.KotlinDetector;
import org.springframework.core.ReactiveAdapterRegistry;
import org.springframework.scheduling.config.ScheduledTaskRegistrar;
import org.springframework.scheduling.support.ScheduledTaskObservationContext;
import org.springframework.util.ClassUtils;

/**
 * Lets the run of a reactive {@code @Scheduled} method end as its publisher does: Spring
 * only subscribes, and keeps what comes of that. Its own observation tells.
 */
final class ReactiveScheduleHandler implements ObservationHandler<ScheduledTaskObservationContext> {

	/** Without it, Spring starts no observation of a reactive method. */
	private static final boolean reactorPresent = ClassUtils.isPresent("reactor.core.publisher.Flux",
			ReactiveScheduleHandler.class.getClassLoader());

	private final PoolRegistry registry;

	ReactiveScheduleHandler(PoolRegistry registry) {
		this.registry = registry;
	}

	/**
	 * Listen to the observations of the given registrar's tasks. Where the application
	 * has none made, only those of reactive methods are, and nobody else sees them.
	 */
	void listenTo(ScheduledTaskRegistrar registrar) {
		if (!reactorPresent) {
			return;
		}
		ObservationRegistry observations = registrar.getObservationRegistry();
		if (observations == null || observations.isNoop()) {
			observations = ObservationRegistry.create();
			observations.observationConfig().observationPredicate((name, context) -> supportsContext(context));
			registrar.setObservationRegistry(observations);
		}
		observations.observationConfig().observationHandler(this);
	}

	@Override
	public boolean supportsContext(Observation.Context context) {
		return context instanceof ScheduledTaskObservationContext scheduled
				&& (KotlinDetector.isSuspendingFunction(scheduled.getMethod())
						|| ReactiveAdapterRegistry.getSharedInstance()
							.getAdapter(scheduled.getMethod().getReturnType()) != null);
	}

	@Override
	public void onStart(ScheduledTaskObservationContext context) {
		Consumer<@Nullable Throwable> run = this.registry.handOnCurrentRun();
		if (run != null) {
			context.put(ReactiveScheduleHandler.class, run);
		}
	}

	@Override
	public void onStop(ScheduledTaskObservationContext context) {
		Consumer<@Nullable Throwable> run = context.get(ReactiveScheduleHandler.class);
		if (run != null) {
			run.accept(context.getError());
		}
	}

}

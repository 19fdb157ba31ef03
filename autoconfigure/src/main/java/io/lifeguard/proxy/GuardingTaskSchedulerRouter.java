package io.lifeguard.proxy;

import org.springframework.scheduling.TaskScheduler;
import org.springframework.scheduling.config.TaskSchedulerRouter;

/**
 * Finds schedulers as Spring does, and guards those that Spring makes up on the way: its
 * adapters for plain executor services, and its fallback.
 */
final class GuardingTaskSchedulerRouter extends TaskSchedulerRouter {

	private final ExecutorGuardFactory guards;

	GuardingTaskSchedulerRouter(ExecutorGuardFactory guards) {
		this.guards = guards;
	}

	@Override
	protected TaskScheduler determineQualifiedScheduler(String qualifier) {
		return this.guards.guard(super.determineQualifiedScheduler(qualifier), TaskScheduler.class);
	}

	@Override
	protected TaskScheduler determineDefaultScheduler() {
		return this.guards.guard(super.determineDefaultScheduler(), TaskScheduler.class);
	}

}

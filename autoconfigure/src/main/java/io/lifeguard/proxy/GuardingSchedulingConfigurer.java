package io.lifeguard.proxy;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.core.Ordered;
import org.springframework.scheduling.TaskScheduler;
import org.springframework.scheduling.annotation.SchedulingConfigurer;
import org.springframework.scheduling.config.ScheduledTaskRegistrar;
import org.springframework.scheduling.config.TaskManagementConfigUtils;
import org.springframework.scheduling.config.TaskSchedulerRouter;

/**
 * Guards the scheduler of {@code @Scheduled} methods where it is no bean. Comes after the
 * application's own configurers, so as to see what they have chosen.
 */
public final class GuardingSchedulingConfigurer implements SchedulingConfigurer, DisposableBean, Ordered {

	private final ExecutorGuardFactory guards;

	private final GuardingTaskSchedulerRouter router;

	/**
	 * Create a configurer that uses the given guards.
	 */
	public GuardingSchedulingConfigurer(ExecutorGuardFactory guards, BeanFactory beanFactory) {
		this.guards = guards;
		this.router = new GuardingTaskSchedulerRouter(guards);
		this.router.setBeanName(TaskManagementConfigUtils.SCHEDULED_ANNOTATION_PROCESSOR_BEAN_NAME);
		this.router.setBeanFactory(beanFactory);
	}

	@Override
	public int getOrder() {
		return Ordered.LOWEST_PRECEDENCE;
	}

	@Override
	public void configureTasks(ScheduledTaskRegistrar registrar) {
		TaskScheduler scheduler = registrar.getScheduler();
		registrar.setTaskScheduler((scheduler == null || scheduler.getClass() == TaskSchedulerRouter.class)
				? this.router : this.guards.guard(scheduler, TaskScheduler.class));
		new ReactiveScheduleHandler(this.guards.registry()).listenTo(registrar);
	}

	@Override
	public void destroy() {
		this.router.destroy();
	}

}

package io.lifeguard.proxy;

import java.lang.reflect.Method;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.UnaryOperator;

import io.lifeguard.support.Fields;
import org.jspecify.annotations.Nullable;

import org.springframework.scheduling.concurrent.ScheduledExecutorFactoryBean;
import org.springframework.scheduling.concurrent.ScheduledExecutorTask;
import org.springframework.util.ReflectionUtils;

/**
 * The tasks that a {@link ScheduledExecutorFactoryBean} schedules itself as soon as it
 * has an executor, which nobody guards by then. So they are kept from it, and scheduled
 * in its own way a moment later.
 */
final class FactoryTasks {

	private static final @Nullable Method REGISTER = ReflectionUtils.findMethod(ScheduledExecutorFactoryBean.class,
			"registerTasks", ScheduledExecutorTask[].class, ScheduledExecutorService.class);

	private final Map<Object, ScheduledExecutorTask[]> kept = Collections.synchronizedMap(new IdentityHashMap<>());

	private final Map<Object, Object> guarded = Collections.synchronizedMap(new IdentityHashMap<>());

	/**
	 * Keep the tasks of the given bean from it, if it is such a factory.
	 */
	void keep(Object bean) {
		if (bean instanceof ScheduledExecutorFactoryBean factory && REGISTER != null && REGISTER.trySetAccessible()
				&& Fields.get(bean, "scheduledExecutorTasks") instanceof ScheduledExecutorTask[] tasks
				&& tasks.length > 0) {
			this.kept.put(bean, tasks);
			factory.setScheduledExecutorTasks();
		}
	}

	/**
	 * Schedule the tasks kept from the given bean, which has an executor now.
	 * @param guard puts the guard around the executor
	 */
	void schedule(Object bean, UnaryOperator<Object> guard) {
		ScheduledExecutorTask[] tasks = this.kept.remove(bean);
		if (tasks == null || REGISTER == null || !(bean instanceof ScheduledExecutorFactoryBean factory)) {
			return;
		}
		factory.setScheduledExecutorTasks(tasks);
		ScheduledExecutorService executor = factory.getObject();
		if (executor != null) {
			Object reference = guard.apply(executor);
			this.guarded.put(executor, reference);
			ReflectionUtils.invokeMethod(REGISTER, factory, tasks, reference);
		}
	}

	/**
	 * Return the guard that there is around an executor that is about to become a bean,
	 * or {@code null}.
	 */
	@Nullable Object guarded(Object executor) {
		return this.guarded.remove(executor);
	}

}

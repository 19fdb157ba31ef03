package io.lifeguard.engine.task;

import java.lang.reflect.Method;

import io.lifeguard.engine.failure.TaskNames;
import io.lifeguard.support.Fields;
import org.jspecify.annotations.Nullable;

import org.springframework.context.ApplicationEvent;
import org.springframework.context.PayloadApplicationEvent;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.scheduling.annotation.Schedules;

/**
 * Tells the tasks that nobody misses once the application has closed: those that were to
 * tell listeners of an event of Spring's own, as that it closes, and what is done again
 * and again, by a schedule or a poller that has handed it on to another pool.
 */
final class Notices {

	private static final int MAX_DEPTH = 2;

	private static final String EVENTS = "org.springframework.context.event.";

	private static final String MESSAGING = "org.springframework.integration.";

	private static final String POLLER = MESSAGING + "endpoint.AbstractPollingEndpoint$$Lambda";

	private Notices() {
	}

	/**
	 * Whether what was submitted is one of these.
	 */
	static boolean contain(Object body) {
		String type = body.getClass().getName();
		try {
			return (type.startsWith(EVENTS) && Fields.declared(body).stream().anyMatch(Notices::isSpringsOwn))
					|| (type.startsWith(MESSAGING) && isPoll(body, MAX_DEPTH)) || isScheduled(TaskNames.calledBy(body));
		}
		catch (LinkageError ex) { // a field is of a type that this application lacks
			return false;
		}
	}

	private static boolean isSpringsOwn(Object value) {
		return value instanceof ApplicationEvent event && event.getClass() != PayloadApplicationEvent.class
				&& event.getClass().getName().startsWith("org.springframework.");
	}

	/**
	 * Whether the given task only asks whether there is a message, within the error
	 * handling of its poller.
	 */
	private static boolean isPoll(Object task, int depth) {
		return task.getClass().getName().startsWith(POLLER) || (depth > 0 && Fields.declared(task)
			.stream()
			.anyMatch((value) -> value instanceof Runnable && isPoll(value, depth - 1)));
	}

	private static boolean isScheduled(@Nullable Method method) {
		return method != null && (AnnotatedElementUtils.hasAnnotation(method, Scheduled.class)
				|| AnnotatedElementUtils.hasAnnotation(method, Schedules.class));
	}

}

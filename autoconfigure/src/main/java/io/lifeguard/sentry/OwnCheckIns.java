package io.lifeguard.sentry;

import java.lang.reflect.Method;
import java.util.function.Predicate;

import io.lifeguard.Schedule;
import org.aopalliance.aop.Advice;

import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.core.annotation.MergedAnnotations;
import org.springframework.core.annotation.MergedAnnotations.SearchStrategy;

/**
 * Tells the schedules whose method checks in by itself: it has Sentry's annotation, and
 * Sentry's advice is at work, without which the annotation does nothing.
 */
public final class OwnCheckIns implements Predicate<Schedule> {

	private static final String ANNOTATION = "io.sentry.spring7.checkin.SentryCheckIn";

	private static final String ADVICE = "io.sentry.spring7.checkin.SentryCheckInAdvice";

	private final ListableBeanFactory beanFactory;

	/**
	 * Create a test.
	 */
	public OwnCheckIns(ListableBeanFactory beanFactory) {
		this.beanFactory = beanFactory;
	}

	@Override
	public boolean test(Schedule schedule) {
		Method method = schedule.method();
		return method != null && MergedAnnotations.from(method, SearchStrategy.TYPE_HIERARCHY).isPresent(ANNOTATION)
				&& this.beanFactory.getBeansOfType(Advice.class, false, false)
					.values()
					.stream()
					.anyMatch((advice) -> advice.getClass().getName().equals(ADVICE));
	}

}

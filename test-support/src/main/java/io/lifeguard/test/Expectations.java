package io.lifeguard.test;

import java.lang.reflect.Method;
import java.util.List;

import io.lifeguard.TaskFailure;

import org.springframework.core.annotation.MergedAnnotation;
import org.springframework.core.annotation.MergedAnnotations;
import org.springframework.core.annotation.MergedAnnotations.SearchStrategy;
import org.springframework.util.ClassUtils;

/**
 * The failures that a test expects.
 *
 * @param types of each of which there has to be one at least
 */
record Expectations(List<Class<?>> types) {

	/**
	 * Return what is expected of the given test: what its method says or else its class,
	 * or else those around it.
	 */
	static Expectations of(Method test, Class<?> testClass) {
		MergedAnnotation<ExpectTaskFailure> annotation = MergedAnnotations.search(SearchStrategy.TYPE_HIERARCHY)
			.from(test)
			.get(ExpectTaskFailure.class);
		if (!annotation.isPresent()) {
			annotation = MergedAnnotations.search(SearchStrategy.TYPE_HIERARCHY)
				.withEnclosingClasses(ClassUtils::isInnerClass)
				.from(testClass)
				.get(ExpectTaskFailure.class);
		}
		return new Expectations(
				annotation.isPresent() ? List.of(annotation.getClassArray(MergedAnnotation.VALUE)) : List.of());
	}

	boolean include(TaskFailure failure) {
		return this.types.stream().anyMatch((type) -> type.isInstance(failure.throwable()));
	}

	/**
	 * Fail the test if one of the given failures is not expected, or an expected one is
	 * missing.
	 */
	void verify(List<TaskFailure> failures) {
		List<TaskFailure> unexpected = failures.stream().filter((failure) -> !include(failure)).toList();
		List<Class<?>> missing = this.types.stream()
			.filter((type) -> failures.stream().noneMatch((failure) -> type.isInstance(failure.throwable())))
			.toList();
		if (!unexpected.isEmpty() || !missing.isEmpty()) {
			throw new UnhandledTaskFailures(unexpected, missing);
		}
	}

}

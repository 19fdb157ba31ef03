package io.lifeguard.proxy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.ConcurrentHashMap;

import org.springframework.util.PatternMatchUtils;

/**
 * The executors that an application wants left alone.
 */
final class Excludes {

	private final List<String> patterns;

	private final Set<String> matched = ConcurrentHashMap.newKeySet();

	private final Map<Object, Boolean> executors = Collections.synchronizedMap(new WeakHashMap<>());

	/**
	 * Create excludes.
	 * @param patterns names of beans, in which {@code *} stands for anything
	 */
	Excludes(List<String> patterns) {
		this.patterns = List.copyOf(patterns);
	}

	/**
	 * Whether the given bean is to be left alone, wherever else it is met.
	 */
	boolean add(String beanName, Object bean) {
		boolean excluded = false;
		for (String pattern : this.patterns) {
			if (PatternMatchUtils.simpleMatch(pattern, beanName)) {
				this.matched.add(pattern);
				excluded = true;
			}
		}
		if (excluded) {
			this.executors.put(bean, Boolean.TRUE);
		}
		return excluded;
	}

	/**
	 * Whether the given executor is a bean to be left alone.
	 */
	boolean contains(Object executor) {
		return this.executors.containsKey(executor);
	}

	/**
	 * Return the patterns that have matched no executor so far.
	 */
	List<String> unmatched() {
		List<String> unmatched = new ArrayList<>(this.patterns);
		unmatched.removeAll(this.matched);
		return unmatched;
	}

}

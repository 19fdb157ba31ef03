package io.lifeguard;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The periodic tasks of a pool that have thrown, and that their scheduler will therefore
 * never run again. A kind of task leaves as soon as it is scheduled anew.
 */
final class DeadTasks {

	/**
	 * Kinds of task remembered at most.
	 */
	static final int MAX_KINDS = 100;

	private final Map<Class<?>, Failure> dead = new ConcurrentHashMap<>();

	void add(Failure failure) {
		failure.dies();
		if (this.dead.size() < MAX_KINDS) {
			this.dead.put(failure.body(), failure);
		}
	}

	void remove(Class<?> body) {
		this.dead.remove(body);
	}

	List<String> names() {
		List<String> names = new ArrayList<>();
		for (Failure failure : this.dead.values()) {
			names.add(failure.task());
		}
		names.sort(null);
		return names;
	}

}

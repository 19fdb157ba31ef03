package io.lifeguard.engine.failure;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The periodic tasks of a pool that have thrown, and that their scheduler will therefore
 * never run again. A kind of task leaves as soon as it is scheduled anew.
 */
public final class DeadTasks {

	/**
	 * Kinds of task remembered at most.
	 */
	static final int MAX_KINDS = 100;

	private final Map<Class<?>, Failure> dead = new ConcurrentHashMap<>();

	public void add(Failure failure) {
		failure.dies();
		if (this.dead.size() < MAX_KINDS) {
			this.dead.put(failure.body(), failure);
		}
	}

	public void remove(Class<?> body) {
		this.dead.remove(body);
	}

	public List<String> names() {
		List<String> names = new ArrayList<>();
		for (Failure failure : this.dead.values()) {
			names.add(failure.task());
		}
		names.sort(null);
		return names;
	}

}

package io.lifeguard.engine.pool;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;

import io.lifeguard.HealthSettings;
import io.lifeguard.ThreadsSnapshot;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * The pools that are shown and no more. None has the name of a pool of the application's,
 * which takes it from the one that has it.
 */
public final class ReadOnlyPools {

	private static final Log logger = LogFactory.getLog(ReadOnlyPools.class);

	private final Map<String, ReadOnlyPool> pools = new ConcurrentSkipListMap<>();

	private final List<Consumer<ReadOnlyPool>> listeners = new CopyOnWriteArrayList<>();

	private final List<Consumer<ReadOnlyPool>> removalListeners = new CopyOnWriteArrayList<>();

	private final List<Runnable> finders = new CopyOnWriteArrayList<>();

	private final Predicate<String> taken;

	private final Function<String, HealthSettings> settings;

	private final Runnable watch;

	/**
	 * Begin with none.
	 * @param taken whether a pool of the application has the given name
	 * @param settings returns how the pool of a given name is watched
	 * @param watch lets this be ticked from now on
	 */
	ReadOnlyPools(Predicate<String> taken, Function<String, HealthSettings> settings, Runnable watch) {
		this.taken = taken;
		this.settings = settings;
		this.watch = watch;
	}

	/**
	 * Return all pools, ordered by name.
	 */
	public Collection<ReadOnlyPool> all() {
		return this.pools.values();
	}

	/**
	 * Return the pool of the given name, or {@code null} if there is none.
	 */
	public @Nullable ReadOnlyPool get(String name) {
		return this.pools.get(name);
	}

	/**
	 * Show a pool, in place of the one of that name, unless a pool of the application has
	 * it.
	 * @param threads tells of the pool's threads, on any thread, without ever throwing or
	 * waiting for long
	 * @param sizedBy what sets their number, as a property
	 */
	public synchronized void show(String name, Supplier<ThreadsSnapshot> threads, String sizedBy) {
		hide(name);
		if (this.taken.test(name)) {
			tellTaken(name);
			return;
		}
		ReadOnlyPool pool = new ReadOnlyPool(name, threads, sizedBy, this.settings.apply(name));
		this.pools.put(name, pool);
		this.watch.run();
		this.listeners.forEach((listener) -> listener.accept(pool));
	}

	/**
	 * Show the pool of the given name no more, if there is one.
	 * @return whether there was
	 */
	public synchronized boolean hide(String name) {
		ReadOnlyPool pool = this.pools.remove(name);
		if (pool != null) {
			this.removalListeners.forEach((listener) -> listener.accept(pool));
		}
		return pool != null;
	}

	/**
	 * Leave the given name to a pool of the application.
	 */
	void giveWay(String name) {
		if (hide(name)) {
			tellTaken(name);
		}
	}

	private static void tellTaken(String name) {
		logger.info("The threads that are not the application's and would be shown as pool " + name
				+ " are not shown: a pool of the application has that name");
	}

	/**
	 * Let the given one look for pools from time to time, on a thread of the registry's
	 * own.
	 */
	public void addFinder(Runnable finder) {
		this.finders.add(finder);
		this.watch.run();
	}

	/**
	 * Let the given listeners know of each pool there is, and of each that comes later,
	 * and of each that is shown no more.
	 */
	public synchronized void onPool(Consumer<ReadOnlyPool> listener, Consumer<ReadOnlyPool> removalListener) {
		this.listeners.add(listener);
		this.removalListeners.add(removalListener);
		this.pools.values().forEach(listener);
	}

	/**
	 * Look for pools, and at each.
	 * @param attempt does one thing of several, none of which keeps the others from being
	 * done
	 */
	void tick(long now, Consumer<Runnable> attempt) {
		this.finders.forEach(attempt);
		this.pools.values().forEach((pool) -> attempt.accept(() -> pool.tick(now)));
	}

}

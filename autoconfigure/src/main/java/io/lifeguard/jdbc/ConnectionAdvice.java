package io.lifeguard.jdbc;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import javax.sql.DataSource;

import io.lifeguard.engine.pool.Pool;
import io.lifeguard.engine.pool.PoolRegistry;
import io.lifeguard.support.Sideline;

import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.boot.jdbc.metadata.CompositeDataSourcePoolMetadataProvider;
import org.springframework.boot.jdbc.metadata.DataSourcePoolMetadataProvider;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * Advises pools of which more tasks run than their data source has connections, where
 * some of those are seen waiting for one again and again. A data source is asked now and
 * then how many connections are taken, and only while all of them are, a look at the
 * stacks of such pools follows: on a thread beside, so that nobody waits for either.
 */
public final class ConnectionAdvice implements SmartInitializingSingleton {

	/** Nanoseconds between two looks. */
	private static final long PERIOD = TimeUnit.SECONDS.toNanos(5);

	/** Nanoseconds after which what was seen counts no more. */
	static final long WINDOW = TimeUnit.MINUTES.toNanos(5);

	/** Looks that have to see a task wait. */
	static final int LOOKS = 3;

	private final Map<Shortage, Deque<Look>> seen = new ConcurrentHashMap<>();

	private final Sideline sideline = new Sideline();

	private final AtomicBoolean looking = new AtomicBoolean();

	private final PoolRegistry registry;

	private final ConfigurableApplicationContext context;

	/** Those that there are by now: none is made for this. */
	private final Map<String, BoundedDataSource> dataSources = new ConcurrentHashMap<>();

	private String[] names = {};

	private long lookedAt = System.nanoTime();

	/**
	 * Create advice on the pools of the given registry.
	 * @param context has the data sources
	 */
	public ConnectionAdvice(PoolRegistry registry, ConfigurableApplicationContext context) {
		this.registry = registry;
		this.context = context;
	}

	@Override
	public void afterSingletonsInstantiated() {
		this.names = this.context.getBeanNamesForType(DataSource.class, false, false);
		if (this.names.length > 0) {
			this.registry.onPool((pool) -> pool.addAdvice(() -> of(pool, System.nanoTime())));
			this.registry.onTick((last) -> tick(System.nanoTime()));
		}
	}

	private void tick(long now) {
		if (now - this.lookedAt >= PERIOD && this.looking.compareAndSet(false, true)) {
			this.lookedAt = now;
			this.sideline.begin(() -> {
				try {
					look(now);
				}
				finally {
					this.looking.set(false);
				}
			});
		}
	}

	/**
	 * Look whether tasks wait for connections.
	 * @param now the time in nanoseconds
	 */
	void look(long now) {
		this.seen.values().removeIf((looks) -> recent(looks, now).isEmpty());
		for (String name : this.names) {
			if (this.context.getBeanFactory().getSingleton(name) instanceof DataSource dataSource) {
				this.dataSources.computeIfAbsent(name, (key) -> new BoundedDataSource(key, dataSource, metadata()));
			}
		}
		for (BoundedDataSource dataSource : this.dataSources.values()) {
			int connections = dataSource.exhausted();
			if (connections > 0) {
				this.registry.pools().forEach((pool) -> look(pool, dataSource, connections, now));
			}
		}
	}

	private DataSourcePoolMetadataProvider metadata() {
		return new CompositeDataSourcePoolMetadataProvider(
				this.context.getBeanProvider(DataSourcePoolMetadataProvider.class).orderedStream().toList());
	}

	private void look(Pool pool, BoundedDataSource dataSource, int connections, long now) {
		int running = (int) pool.snapshot().tasks().running();
		if (running <= connections) {
			return;
		}
		long waiting = pool.runningTasks(true).stream().filter((task) -> dataSource.isWantedBy(task.stack())).count();
		if (waiting > 0) {
			Deque<Look> looks = this.seen.computeIfAbsent(new Shortage(pool.name(), dataSource),
					(key) -> new ArrayDeque<>());
			synchronized (looks) {
				looks.addLast(new Look(now, connections, running, (int) waiting));
			}
		}
	}

	/**
	 * Return the advice on a pool, in a sentence for each data source that is too small
	 * for it.
	 */
	List<String> of(Pool pool, long now) {
		List<String> advice = new ArrayList<>();
		this.seen.forEach((shortage, looks) -> {
			List<Look> recent = recent(looks, now);
			if (shortage.pool.equals(pool.name()) && recent.size() >= LOOKS) {
				advice.add(advice(shortage.dataSource, recent));
			}
		});
		return advice;
	}

	private String advice(BoundedDataSource dataSource, List<Look> looks) {
		int connections = looks.get(looks.size() - 1).connections;
		int running = looks.stream().mapToInt(Look::running).max().orElseThrow();
		int waiting = looks.stream().mapToInt(Look::waiting).max().orElseThrow();
		String property = dataSource.property(this.context);
		return "Up to " + waiting + " of its tasks were seen waiting for a connection: " + running
				+ " of them run at once, and data source '" + dataSource.name() + "' has no more than " + connections
				+ ". "
				+ ((property != null) ? "Set " + property + " to " + running
						: "Give the data source " + running + " connections where it is made")
				+ ", or the pool no more than " + connections + ((connections == 1) ? " thread" : " threads");
	}

	private static List<Look> recent(Deque<Look> looks, long now) {
		synchronized (looks) {
			looks.removeIf((look) -> now - look.at > WINDOW);
			return List.copyOf(looks);
		}
	}

	/**
	 * A pool and a data source that is too small for it.
	 */
	private record Shortage(String pool, BoundedDataSource dataSource) {

	}

	/**
	 * What a look has seen.
	 *
	 * @param at when that was, in nanoseconds
	 * @param connections how many there were, all taken
	 * @param running how many tasks were running
	 * @param waiting how many of them wanted a connection
	 */
	private record Look(long at, int connections, int running, int waiting) {

	}

}

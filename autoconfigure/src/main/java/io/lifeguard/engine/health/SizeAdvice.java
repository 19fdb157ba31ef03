package io.lifeguard.engine.health;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import io.lifeguard.PoolSnapshot;
import io.lifeguard.engine.executor.ExecutorView;
import io.lifeguard.engine.executor.PropertyFinder;

import io.lifeguard.support.Durations;

/**
 * Says from what was measured how many threads a pool needs. Says nothing before enough
 * work was seen, and nothing any more once it does not hold.
 */
public final class SizeAdvice {

	/** The fewest tasks that tell anything. */
	private static final int MINIMUM_TASKS = 100;

	/** The shortest time, in nanoseconds, that tells whether threads are missing. */
	private static final long MINIMUM_TIME = TimeUnit.MINUTES.toNanos(1);

	/** Waits below it are nobody's trouble. */
	private static final long NEGLIGIBLE_WAIT = TimeUnit.MILLISECONDS.toNanos(10);

	private SizeAdvice() {
	}

	/**
	 * Return the advice on a pool, each in a sentence.
	 * @param properties finds what the pool can take
	 */
	public static List<String> of(Load.Measured load, ExecutorView view, PropertyFinder properties) {
		List<String> advice = new ArrayList<>();
		if (load.ran() < MINIMUM_TASKS || load.nanos() < MINIMUM_TIME) {
			return advice;
		}
		int threads = view.threadLimit();
		int need = ThreadNeed.of(load.demand());
		boolean waits = load.meanWait() > NEGLIGIBLE_WAIT && load.meanWait() > load.meanRun() / 4;
		if (waits && need > threads) {
			advice.add("Needs " + need + " threads for what arrives, has " + threads + ": tasks wait "
					+ Durations.text((long) load.meanWait()) + " on average. " + cure(view, properties, need));
		}
		PoolSnapshot.Size size = view.size();
		PoolSnapshot.Queue queue = view.queue();
		Integer max = (size != null) ? size.max() : null;
		if (waits && size != null && max != null && size.current() <= size.core() && max > size.core() && queue != null
				&& queue.capacity() != null) {
			advice.add("max-size " + max + " was not reached: the queue of " + queue.capacity()
					+ " was never full, and only then a thread beyond the " + size.core() + " core ones is started. "
					+ properties.cure("core-size", "Give it more core threads, or a smaller queue, where it is made"));
		}
		int atWork = Math.max(load.peak(), need);
		if (size != null && load.nanos() >= Load.WINDOW && size.core() > 2 && atWork * 3 <= size.core()) {
			advice.add("No more than " + load.peak() + " of its " + size.core()
					+ " core threads were seen at work in the last five minutes"
					+ ((properties.find("core-size") != null) ? ". Lower " + properties.find("core-size") : ""));
		}
		return advice;
	}

	private static String cure(ExecutorView view, PropertyFinder properties, int need) {
		String key = (view.size() != null) ? "core-size" : "concurrency-limit";
		String property = properties.find(key);
		return (property != null) ? "Set " + property + " to " + need : "Give it more where it is made";
	}

}

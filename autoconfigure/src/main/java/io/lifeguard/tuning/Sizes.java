package io.lifeguard.tuning;

import java.util.function.IntConsumer;

import org.jspecify.annotations.Nullable;

/**
 * The least and the most threads of a pool, changed together.
 *
 * @param core the threads it keeps
 * @param max the most it starts
 * @param fromCore the threads it kept before
 * @param fromMax the most it started before
 */
record Sizes(int core, int max, int fromCore, int fromMax) {

	static Sizes of(int core, int max) {
		return new Sizes(core, max, core, max);
	}

	Sizes change(PoolSpec spec) {
		Sizes changed = change(spec.coreSize(), spec.maxSize());
		if (changed.core > changed.max) {
			throw (spec.coreSize() != null)
					? spec.invalid("core-size", spec.coreSize(),
							"it is larger than the pool's max-size, which is " + changed.max,
							"Set max-size too, to " + spec.coreSize() + " or more.")
					: spec.invalid("max-size", spec.maxSize(),
							"it is smaller than the pool's core-size, which is " + changed.core,
							"Set core-size too, to " + spec.maxSize() + " or less.");
		}
		return changed;
	}

	Sizes change(@Nullable Integer core, @Nullable Integer max) {
		return new Sizes((core != null) ? core : this.core, (max != null) ? max : this.max, this.fromCore,
				this.fromMax);
	}

	/**
	 * Set both, in the order in which the core is never above the maximum.
	 */
	void apply(IntConsumer setCore, IntConsumer setMax) {
		if (this.max >= this.fromCore) {
			set(setMax, this.fromMax, this.max);
			set(setCore, this.fromCore, this.core);
		}
		else {
			set(setCore, this.fromCore, this.core);
			set(setMax, this.fromMax, this.max);
		}
	}

	private static void set(IntConsumer setter, int from, int to) {
		if (from != to) {
			setter.accept(to);
		}
	}

}

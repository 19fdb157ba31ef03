package io.lifeguard.engine.failure;

import java.lang.ref.WeakReference;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;

import io.lifeguard.ClaimState;
import io.lifeguard.support.Throwables;
import org.jspecify.annotations.Nullable;

/**
 * The throwables that the guard answers for, so that another channel can leave them to
 * it. Remembers the last 1,024 and keeps none of them alive.
 */
public final class Claims {

	private static final int SIZE = 1024;

	private final AtomicReferenceArray<@Nullable Claim> recent = new AtomicReferenceArray<>(SIZE);

	private final AtomicInteger next = new AtomicInteger();

	/**
	 * Claim a throwable until the returned claim is cleared.
	 */
	public Claim add(Throwable throwable) {
		Claim claim = new Claim(throwable);
		this.recent.set(this.next.getAndIncrement() & (SIZE - 1), claim);
		return claim;
	}

	/**
	 * Return whether the guard answers for the given throwable or one of its causes.
	 */
	public ClaimState stateOf(Throwable throwable) {
		Claim claim = find(throwable);
		return (claim == null) ? ClaimState.NONE : claim.isSettled() ? ClaimState.SETTLED : ClaimState.UNDECIDED;
	}

	/**
	 * Return the claim to a throwable or to one of its causes, a settled one if there is
	 * one, or {@code null}.
	 */
	public @Nullable Claim find(Throwable throwable) {
		Claim found = null;
		for (Throwable candidate : Throwables.chain(throwable)) {
			for (int i = 0; i < SIZE; i++) {
				Claim claim = this.recent.get(i);
				if (claim != null && claim.refersTo(candidate) && (found == null || claim.isSettled())) {
					found = claim;
					if (found.isSettled()) {
						return found;
					}
				}
			}
		}
		return found;
	}

	/**
	 * One claim to a throwable, given up by clearing it.
	 */
	static final class Claim extends WeakReference<Throwable> {

		private volatile boolean settled;

		private Claim(Throwable throwable) {
			super(throwable);
		}

		/**
		 * Note that the claim will not be given up any more.
		 */
		void settle() {
			this.settled = true;
		}

		boolean isSettled() {
			return this.settled;
		}

	}

}

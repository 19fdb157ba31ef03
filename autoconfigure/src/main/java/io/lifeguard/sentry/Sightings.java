package io.lifeguard.sentry;

import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import io.lifeguard.FailedTask;
import io.lifeguard.support.Throwables;
import org.jspecify.annotations.Nullable;

/**
 * Which throwables have been in an event of the application's, and which have failed a
 * task: where the two meet, the event stands for the failure.
 * <p>
 * Either may come first, on any thread. So each notes itself under all throwables of its
 * chain and only then looks for the other: one of both sees the other. Throwables are
 * told by identity, and none is kept alive.
 */
final class Sightings {

	/**
	 * Events and failures remembered of one throwable at most, the last ones: an
	 * exception that is kept and thrown again has many.
	 */
	static final int MAX_OF_ONE = 16;

	private final Map<Key, Place> places = new ConcurrentHashMap<>();

	private final ReferenceQueue<Throwable> garbage = new ReferenceQueue<>();

	/**
	 * Note a failure.
	 */
	void failed(Moment moment, FailedTask task) {
		List<Throwable> chain = Throwables.chain(task.thrown());
		for (Throwable throwable : chain) {
			boolean own = throwable == task.thrown() || throwable == task.throwable();
			place(throwable).add(new Link(new WeakReference<>(moment), own), throwable);
		}
		expunge();
	}

	/**
	 * Note an event.
	 * @return the failure that it is about, of several the last one, or {@code null}
	 */
	@Nullable Moment sent(Throwable head, Sighting sighting) {
		Moment about = null;
		for (Throwable throwable : Throwables.chain(head)) {
			Moment found = place(throwable).add(sighting, throwable);
			about = (about != null) ? about : found;
		}
		expunge();
		return about;
	}

	/**
	 * Return how many throwables are remembered.
	 */
	int size() {
		return this.places.size();
	}

	private Place place(Throwable throwable) {
		return this.places.computeIfAbsent(new Key(throwable, this.garbage), (key) -> new Place());
	}

	private void expunge() {
		for (Reference<?> key = this.garbage.poll(); key != null; key = this.garbage.poll()) {
			this.places.remove(key);
		}
	}

	private record Link(WeakReference<Moment> moment, boolean own) {

	}

	/**
	 * What is known of one throwable.
	 */
	private static final class Place {

		private final Deque<Sighting> sightings = new ArrayDeque<>(1);

		private final Deque<Link> failures = new ArrayDeque<>(1);

		synchronized void add(Link failure, Throwable throwable) {
			addLast(this.failures, failure);
			for (Sighting sighting : this.sightings) {
				match(sighting, failure, throwable);
			}
		}

		synchronized @Nullable Moment add(Sighting sighting, Throwable throwable) {
			addLast(this.sightings, sighting);
			Moment last = null;
			for (Link failure : this.failures) {
				Moment moment = match(sighting, failure, throwable);
				last = (moment != null) ? moment : last;
			}
			return last;
		}

		private static @Nullable Moment match(Sighting sighting, Link failure, Throwable throwable) {
			Moment moment = failure.moment().get();
			if (moment == null || !sighting.isAbout(moment, failure.own(), throwable)) {
				return null;
			}
			moment.toldByApplication();
			return moment;
		}

		private static <T> void addLast(Deque<T> deque, T element) {
			if (deque.size() == MAX_OF_ONE) {
				deque.removeFirst();
			}
			deque.addLast(element);
		}

	}

	/**
	 * A throwable, told by identity.
	 */
	private static final class Key extends WeakReference<Throwable> {

		private final int hash;

		Key(Throwable throwable, ReferenceQueue<Throwable> garbage) {
			super(throwable, garbage);
			this.hash = System.identityHashCode(throwable);
		}

		@Override
		public boolean equals(Object other) {
			Throwable throwable = get();
			return this == other || (other instanceof Key key && throwable != null && key.refersTo(throwable));
		}

		@Override
		public int hashCode() {
			return this.hash;
		}

	}

}

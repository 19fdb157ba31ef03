package io.lifeguard.engine.executor;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import java.util.function.Predicate;

import io.lifeguard.LossReason;
import io.lifeguard.PoolSnapshot;
import io.lifeguard.engine.task.DroppedTasks;
import io.lifeguard.engine.task.Submission;
import org.jspecify.annotations.Nullable;

/**
 * The executors of one pool, seen as one. Most pools have one for good; but beans of a
 * scope come and go under one name, and what was guarded by hand may be forgotten by its
 * owner. Those are held weakly, so that they end as they would without the guard.
 */
public final class PoolExecutors implements ExecutorView {

	private final List<Member> members = new CopyOnWriteArrayList<>();

	/** The executor that stays for good, if there is one. */
	private final @Nullable Object kept;

	/**
	 * Begin with the given executor.
	 * @param kept whether it stays for good; otherwise somebody else has to hold it
	 */
	public PoolExecutors(Object executor, boolean kept) {
		WeakReference<Object> reference = new WeakReference<>(executor);
		this.kept = kept ? executor : null;
		this.members.add(new Member(reference, kept ? ExecutorView.of(executor) : ExecutorView.of(reference)));
	}

	/**
	 * Add another executor, which has threads and a queue of its own.
	 */
	public void add(Object executor) {
		if (!contains(executor)) {
			WeakReference<Object> reference = new WeakReference<>(executor);
			this.members.add(new Member(reference, ExecutorView.of(reference)));
		}
	}

	/**
	 * Whether the given executor is one of these, or does the work of one of them.
	 */
	public boolean contains(Object executor) {
		return present().stream().anyMatch((member) -> member == executor || ThreadPools.of(member) == executor);
	}

	/**
	 * Return those that there are, in the order in which they came.
	 */
	public List<Object> present() {
		return this.members.stream().map((member) -> member.executor.get()).filter(Objects::nonNull).toList();
	}

	/**
	 * Return the executor that is there for longest, or {@code null} if there is none.
	 */
	public @Nullable Object first() {
		List<Object> present = present();
		return present.isEmpty() ? this.kept : present.get(0);
	}

	@Override
	public boolean isForgotten() {
		return this.members.stream().allMatch((member) -> member.executor.refersTo(null));
	}

	/**
	 * Note that somebody closes the given executor now.
	 * @param maker what shows its queue: itself, or what has made it
	 * @return what waits in it
	 */
	public List<Submission> closing(Object executor, Object maker) {
		List<Submission> waiting = ExecutorView.of(maker).waiting(DroppedTasks.MAX_EXPECTED);
		for (Member member : this.members) {
			if (member.executor.refersTo(executor)) {
				member.waiting = waiting;
			}
		}
		return waiting;
	}

	/**
	 * Take out the executors that have come to their end while the pool goes on. What was
	 * still waiting in them as they were closed is lost.
	 */
	public void removeEnded() {
		List<Member> ended = this.members.stream()
			.filter((member) -> member.executor.refersTo(null) || member.view.isTerminated())
			.toList();
		this.members.removeAll(ended);
		for (Member member : ended) {
			member.waiting.forEach((task) -> task.lose(LossReason.SHUTDOWN));
		}
	}

	@Override
	public boolean isVirtual() {
		return this.members.stream().anyMatch((member) -> member.view.isVirtual());
	}

	@Override
	public PoolSnapshot.@Nullable Size size() {
		return sum(ExecutorView::size, (one, other) -> new PoolSnapshot.Size(one.core() + other.core(),
				add(one.max(), other.max()), one.current() + other.current(), add(one.largest(), other.largest())));
	}

	@Override
	public int threadLimit() {
		return Objects.requireNonNullElse(sum(ExecutorView::threadLimit, PoolExecutors::add), Integer.MAX_VALUE);
	}

	@Override
	public @Nullable Integer active() {
		return sum(ExecutorView::active, PoolExecutors::add);
	}

	@Override
	public PoolSnapshot.@Nullable Queue queue() {
		return sum(ExecutorView::queue, (one, other) -> new PoolSnapshot.Queue(one.size() + other.size(),
				add(one.capacity(), other.capacity())));
	}

	@Override
	public long queued() {
		long queued = 0;
		for (Member member : this.members) {
			long one = member.view.queued();
			if (one < 0) {
				return -1;
			}
			queued += one;
		}
		return queued;
	}

	@Override
	public List<Submission> waiting(int max) {
		List<Submission> waiting = new ArrayList<>();
		for (Member member : this.members) {
			waiting.addAll(member.view.waiting(max - waiting.size()));
		}
		return waiting;
	}

	@Override
	public boolean mayHold(Object queued) {
		return this.members.stream().anyMatch((member) -> member.view.mayHold(queued));
	}

	@Override
	public void removeQueued(Predicate<Submission> test) {
		this.members.forEach((member) -> member.view.removeQueued(test));
	}

	@Override
	public boolean isShutdown() {
		return areAll(ExecutorView::isShutdown);
	}

	@Override
	public boolean isTerminating() {
		return this.members.stream().anyMatch((member) -> member.view.isTerminating());
	}

	@Override
	public boolean isTerminated() {
		return areAll(ExecutorView::isTerminated);
	}

	/**
	 * {@inheritDoc} Which of several executors had the task, is known only of those that
	 * the application closes.
	 */
	@Override
	public boolean hasLetGo(Object task) {
		boolean single = this.members.size() == 1;
		return this.members.stream()
			.anyMatch((member) -> (single || member.waiting.contains(task)) && member.view.hasLetGo());
	}

	private boolean areAll(Predicate<ExecutorView> state) {
		return !this.members.isEmpty() && this.members.stream().allMatch((member) -> state.test(member.view));
	}

	private <T> @Nullable T sum(Function<ExecutorView, @Nullable T> number, BinaryOperator<T> addition) {
		T sum = null;
		for (Member member : this.members) {
			T one = number.apply(member.view);
			sum = (sum == null || one == null) ? (one != null) ? one : sum : addition.apply(sum, one);
		}
		return sum;
	}

	/**
	 * Add what may have no bound, or a bound that is no number to reckon with.
	 */
	private static @Nullable Integer add(@Nullable Integer one, @Nullable Integer other) {
		return (one == null || other == null) ? null : (int) Math.min(Integer.MAX_VALUE, (long) one + other);
	}

	/**
	 * One of the executors.
	 */
	private static final class Member {

		private final WeakReference<Object> executor;

		private final ExecutorView view;

		/** What was waiting when somebody began to close it. */
		private volatile List<Submission> waiting = List.of();

		Member(WeakReference<Object> executor, ExecutorView view) {
			this.executor = executor;
			this.view = view;
		}

	}

}

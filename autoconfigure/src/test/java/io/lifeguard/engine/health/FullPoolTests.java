package io.lifeguard.engine.health;

import java.lang.reflect.Proxy;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import io.lifeguard.AlarmReporter;
import io.lifeguard.ContextPropagation;
import io.lifeguard.DeclaredPool;
import io.lifeguard.FailureContext;
import io.lifeguard.FailureMoment;
import io.lifeguard.OwnedTask;
import io.lifeguard.Schedule;
import io.lifeguard.ScheduleListener;
import io.lifeguard.TaskFailureReporter;
import io.lifeguard.TaskListener;
import io.lifeguard.TaskOwner;
import io.lifeguard.HealthSettings;
import io.lifeguard.LossReason;
import io.lifeguard.PoolAlarm;
import io.lifeguard.PoolFullException;
import io.lifeguard.PoolSettings;
import io.lifeguard.ReportSettings;
import io.lifeguard.engine.executor.ExecutorView;
import io.lifeguard.engine.failure.PoolLifecycle;
import io.lifeguard.engine.future.RunnableTask;
import io.lifeguard.engine.task.Ledger;
import io.lifeguard.engine.task.TaskDesk;
import io.lifeguard.shop.Errands;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link FullPool}, over real executors at times of their own.
 */
class FullPoolTests {

	private final BlockingQueue<PoolAlarm> alarms = new LinkedBlockingQueue<>();

	private final CountDownLatch release = new CountDownLatch(1);

	private final Errands errands = new Errands();

	private final AtomicBoolean closing = new AtomicBoolean();

	private final TaskDesk desk = new TaskDesk(ReportSettings.DEFAULT, System::nanoTime);

	@AfterEach
	void end() {
		this.release.countDown();
		this.errands.end();
		this.desk.failures().reports().close(List.of());
	}

	@Test
	void namesThreeKindsOfTasksAndWhereMostOfEachAre() throws Exception {
		Watched pool = new Watched(springExecutor(6, 1));
		this.errands.giveTo(pool);
		pool.awaitWaiting(6);
		pool.execute(this.errands::count);
		refuseAt(pool, 20);
		PoolAlarm alarm = next();
		assertThat(alarm.kind()).isEqualTo(PoolAlarm.Kind.FULL);
		assertThat(alarm.pool()).isEqualTo("mail");
		assertThat(alarm.task()).isEqualTo("Errands.mail");
		assertThat(alarm.heldBack()).isZero();
		assertThat(alarm.throwable()).hasMessage("Pool mail is full and has refused 1 task: "
				+ "6 of 6 threads at work, 1 of 1 place in its queue taken");
		assertThat(((PoolFullException) alarm.throwable()).explanation()).matches(
				"At work: 3 Errands\\.mail, 2 of them at io\\.lifeguard\\.shop\\.Errands\\.deliver\\(Errands\\.java:\\d+\\); "
						+ "2 Errands\\.print, all at io\\.lifeguard\\.shop\\.Errands\\.print\\(Errands\\.java:\\d+\\); "
						+ "1 Errands\\.count at io\\.lifeguard\\.shop\\.Errands\\.count\\(Errands\\.java:\\d+\\)\\. "
						+ "Waiting for longest: FullPoolTests, for \\d+ ms\\. What arrives needs \\d\\.\\d threads");
		assertThat(atWork(alarm)).hasSize(3);
		assertThat(alarm.throwable().getStackTrace()).anyMatch((frame) -> frame.getMethodName().equals("deliver"));
		assertThat(alarm.throwable().getSuppressed()).hasSize(2)
			.anySatisfy((print) -> assertThat(print.getStackTrace())
				.anyMatch((frame) -> frame.getMethodName().equals("print")))
			.anySatisfy((count) -> assertThat(count.getStackTrace())
				.anyMatch((frame) -> frame.getMethodName().equals("count")));
	}

	@Test
	void tellsOfAQueueThatStaysFilledBeforeAnythingIsRefused() throws Exception {
		Watched pool = new Watched(springExecutor(1, 2));
		pool.execute(this.errands::print);
		pool.awaitWaiting(1);
		pool.execute(this.errands::count);
		pool.execute(this.errands::count);
		pool.tick(0);
		pool.tick(29);
		assertThat(this.alarms).isEmpty();
		pool.tick(30);
		assertThat(next().throwable())
			.hasMessage("Pool mail is full: 1 of 1 thread at work, 2 of 2 places in its queue taken");
	}

	@Test
	void showsTheThreadsThatAnAlmostFullQueueKeepsFromStarting() throws Exception {
		ThreadPoolTaskExecutor executor = springExecutor(1, 10);
		executor.setMaxPoolSize(4);
		Watched pool = new Watched(executor);
		for (int i = 0; i < 10; i++) {
			pool.execute(this.errands::print);
		}
		pool.awaitWaiting(1);
		pool.tick(0);
		pool.tick(30);
		assertThat(next().throwable())
			.hasMessage("Pool mail is full: 1 of 4 threads at work, 9 of 10 places in its queue taken");
	}

	@Test
	void tellsOfSubmittersThatWaitAtTheLimitOfVirtualThreads() throws Exception {
		SimpleAsyncTaskExecutor executor = new SimpleAsyncTaskExecutor("mail-");
		if (Runtime.version().feature() >= 21) {
			executor.setVirtualThreads(true);
		}
		executor.setConcurrencyLimit(2);
		Watched pool = new Watched(executor);
		pool.execute(this.errands::print);
		pool.execute(this.errands::print);
		pool.awaitWaiting(2);
		pool.tick(0);
		pool.tick(60);
		Thread submitter = new Thread(() -> pool.execute(this.errands::count));
		submitter.start();
		await().until(() -> pool.ledger.counts().submitted() == 3);
		pool.tick(61);
		pool.tick(90);
		assertThat(this.alarms).isEmpty();
		pool.tick(91);
		assertThat(next().throwable()).hasMessage("Pool mail is full: 2 of 2 threads at work, 1 task waiting");
		this.errands.end();
		submitter.join();
	}

	@Test
	void tellsOfSubmittersThatRunTasksThemselves() throws Exception {
		ThreadPoolTaskExecutor executor = springExecutor(1, 1);
		executor.getThreadPoolExecutor().setRejectedExecutionHandler(new ThreadPoolExecutor.CallerRunsPolicy());
		Watched pool = new Watched(executor);
		pool.execute(this.errands::print);
		pool.awaitWaiting(1);
		pool.execute(this.errands::print);
		pool.tick(0);
		Thread submitter = new Thread(() -> pool.execute(this.errands::count));
		submitter.start();
		pool.awaitWaiting(2);
		pool.tick(1);
		PoolAlarm alarm = next();
		assertThat(alarm.throwable()).hasMessage("Pool mail is full: 1 of 1 thread at work, 1 task run by submitters, "
				+ "1 of 1 place in its queue taken");
		assertThat(atWork(alarm)).hasSize(2);
		this.errands.end();
		submitter.join();
	}

	@Test
	void countsAThreadOnceThatRunsATaskWithinATask() throws Exception {
		ThreadPoolTaskExecutor executor = springExecutor(1, 1);
		executor.getThreadPoolExecutor().setRejectedExecutionHandler(new ThreadPoolExecutor.CallerRunsPolicy());
		Watched pool = new Watched(executor);
		pool.execute(() -> {
			pool.execute(this.errands::count);
			pool.execute(this.errands::print);
		});
		await().until(() -> pool.ledger.running().size() == 2);
		pool.awaitWaiting(2);
		pool.tick(0);
		assertThat(atWork(next())).singleElement().asString().startsWith("1 Errands.print at ");
	}

	@Test
	void tellsOfTenKindsAndHowManyMoreTasksThereAre() throws Exception {
		List<Class<?>> kinds = List.of(ContextPropagation.class, DeclaredPool.class, FailureContext.class,
				FailureMoment.class, OwnedTask.class, Schedule.class, ScheduleListener.class, TaskFailureReporter.class,
				TaskListener.class, TaskOwner.class, ExecutorView.class);
		Watched pool = new Watched(springExecutor(12, 0));
		pool.execute(this.errands::print);
		for (Class<?> kind : kinds) {
			pool.execute((Runnable) Proxy.newProxyInstance(getClass().getClassLoader(),
					new Class<?>[] { Runnable.class, kind }, (proxy, method, arguments) -> {
						this.errands.print();
						return null;
					}));
		}
		pool.awaitWaiting(12);
		refuseAt(pool, 0);
		assertThat(atWork(next())).hasSize(11).last().isEqualTo("2 more");
	}

	@Test
	void tellsOnceUntilThereHasBeenRoomForAMinuteAndFiveMinutesAreOver() throws Exception {
		Watched pool = new Watched(springExecutor(1, 0));
		pool.execute(this.errands::print);
		refuseAt(pool, 0);
		assertThat(next().heldBack()).isZero();
		refuseAt(pool, 30);
		pool.tick(90);
		refuseAt(pool, 100);
		pool.tick(160);
		assertThat(this.alarms).isEmpty();
		refuseAt(pool, 301);
		PoolAlarm alarm = next();
		assertThat(alarm.heldBack()).isOne();
		assertThat(alarm.throwable()).hasMessageStartingWith("Pool mail is full and has refused 1 task: ");
	}

	@Test
	@ExtendWith(OutputCaptureExtension.class)
	void logsTheEnd(CapturedOutput output) throws Exception {
		Watched pool = new Watched(springExecutor(1, 0));
		pool.execute(this.errands::print);
		refuseAt(pool, 0);
		next();
		refuseAt(pool, 10);
		refuseAt(pool, 20);
		this.errands.end();
		pool.tick(79);
		assertThat(output).doesNotContain("is not full any more");
		pool.tick(80);
		assertThat(output).containsOnlyOnce("Pool mail is not full any more: it was for 20 s, and has refused 3 tasks");
	}

	@Test
	@ExtendWith(OutputCaptureExtension.class)
	void logsTheEndOfAMoment(CapturedOutput output) throws Exception {
		Watched pool = new Watched(springExecutor(1, 0));
		pool.execute(this.errands::print);
		refuseAt(pool, 0);
		next();
		pool.tick(60);
		assertThat(output)
			.containsOnlyOnce("Pool mail is not full any more: it was for a moment, and has refused 1 task");
	}

	@Test
	void saysThatThereIsRoomAgainWhereThereIs() throws Exception {
		Watched pool = new Watched(springExecutor(1, 1));
		pool.execute(this.errands::print);
		pool.execute(this.errands::count);
		assertThat(pool.isRefused(this.errands::mail)).isTrue();
		assertThat(pool.isRefused(this.errands::mail)).isTrue();
		this.errands.end();
		await().until(() -> pool.ledger.counts().succeeded() == 2 && pool.view.active() == 0);
		pool.tick(0);
		PoolAlarm alarm = next();
		assertThat(alarm.throwable()).hasMessageStartingWith("Pool mail was full a moment ago and has refused 2 tasks: "
				+ "0 of 1 thread at work, 0 of 1 place in its queue taken");
		assertThat(alarm.task()).isEmpty();
	}

	@Test
	void namesByItsClassWhatShowsNoFrameOfTheApplication() throws Exception {
		Watched pool = new Watched(springExecutor(2, 0));
		CompletableFuture<Void> end = new CompletableFuture<>();
		pool.executor.execute(RunnableTask.of(pool.ledger, end::join, end::join, false));
		pool.executor.execute(RunnableTask.of(pool.ledger, end::join, end::join, false));
		pool.awaitWaiting(2);
		refuseAt(pool, 0);
		assertThat(atWork(next())).singleElement().asString().startsWith("2 FullPoolTests, all at jdk.internal.");
		end.complete(null);
	}

	@Test
	void isNotHeldUpByAThreadWhoseStackNeverComes() throws Exception {
		ThreadPoolTaskExecutor executor = new ThreadPoolTaskExecutor();
		executor.setThreadFactory((task) -> new HangingThread(task, this.release));
		Watched pool = new Watched(initialized(executor, 2, 0));
		pool.execute(this.errands::print);
		pool.execute(this.errands::count);
		pool.awaitWaiting(2);
		assertThat(pool.isRefused(this.errands::mail)).isTrue();
		pool.tick(0, 0);
		pool.tick(0, 999);
		assertThat(this.alarms).isEmpty();
		pool.tick(1, 200);
		assertThat(atWork(next())).containsExactly("2 FullPoolTests");
		Watched other = new Watched(springExecutor(1, 0));
		other.execute(this.errands::print);
		other.awaitWaiting(1);
		refuseAt(other, 0);
		assertThat(atWork(next())).singleElement().asString().startsWith("1 Errands.print at ");
	}

	@Test
	void getsOverAThreadWhoseStackThrows() throws Exception {
		ThreadPoolTaskExecutor executor = new ThreadPoolTaskExecutor();
		executor.setThreadFactory((task) -> new HangingThread(task, null));
		Watched pool = new Watched(initialized(executor, 1, 0));
		pool.execute(this.errands::print);
		pool.awaitWaiting(1);
		refuseAt(pool, 0);
		assertThat(atWork(next())).containsExactly("1 FullPoolTests");
	}

	@Test
	void asksNoTaskForItsText() throws Exception {
		Watched pool = new Watched(springExecutor(1, 2));
		Hostile hostile = new Hostile(this.errands);
		pool.executor.execute(RunnableTask.of(pool.ledger, hostile, hostile, false));
		pool.awaitWaiting(1);
		pool.executor.execute(RunnableTask.of(pool.ledger, hostile, hostile, false));
		((ThreadPoolTaskExecutor) pool.executor).getThreadPoolExecutor()
			.getQueue()
			.add(new FutureTask<>(hostile, null));
		refuseAt(pool, 0);
		assertThat(atWork(next())).singleElement()
			.asString()
			.startsWith("1 Errands.print at io.lifeguard.shop.Errands.print(");
	}

	@Test
	void looksAtAHundredThreadsAtMost() throws Exception {
		SimpleAsyncTaskExecutor executor = new SimpleAsyncTaskExecutor("mail-");
		executor.setConcurrencyLimit(130);
		executor.setRejectTasksWhenLimitReached(true);
		Watched pool = new Watched(executor);
		for (int i = 0; i < 130; i++) {
			pool.execute(this.errands::print);
		}
		pool.awaitWaiting(130);
		refuseAt(pool, 0);
		assertThat(atWork(next())).hasSize(2).first().asString().startsWith("100 Errands.print, all at ");
	}

	@Test
	void isNeverFullWithAQueueThatHasNoBound() throws Exception {
		Watched pool = new Watched(springExecutor(1, Integer.MAX_VALUE));
		Watched forkJoin = new Watched(new ForkJoinPool(1));
		for (int i = 0; i < 20; i++) {
			pool.execute(this.errands::print);
			forkJoin.execute(this.errands::print);
		}
		for (int second = 0; second < 100; second++) {
			pool.tick(second, 0);
			forkJoin.tick(second, 0);
		}
		assertNoAlarm();
		this.errands.end();
		((ForkJoinPool) forkJoin.executor).shutdownNow();
	}

	@Test
	void doesNotTakeForFullWhatRefusesTasksAsItCloses() {
		ThreadPoolTaskExecutor executor = springExecutor(1, 1);
		Watched pool = new Watched(executor);
		executor.shutdown();
		assertThat(pool.isRefused(this.errands::mail)).isTrue();
		pool.tick(0);
		Watched other = new Watched(springExecutor(1, 0));
		other.execute(this.errands::print);
		assertThat(other.isRefused(this.errands::mail)).isTrue();
		this.closing.set(true);
		other.tick(0);
		assertNoAlarm();
	}

	@Test
	void doesNotTakeForRefusedWhatLeavesTheQueueOrIsSkipped() {
		ThreadPoolTaskExecutor executor = springExecutor(1, 10);
		Watched pool = new Watched(executor);
		pool.execute(this.errands::print);
		pool.execute(this.errands::count);
		executor.getThreadPoolExecutor().getQueue().clear();
		MissingTasks missing = new MissingTasks(pool.ledger, pool.view);
		for (int i = 0; i < 4; i++) {
			missing.look();
		}
		RunnableTask skipped = RunnableTask.of(pool.ledger, this.errands::count, this.errands::count, false);
		skipped.beginWithin(() -> {
		});
		assertThat(pool.ledger.counts().lost(LossReason.DISCARDED)).isEqualTo(2);
		pool.tick(0);
		assertNoAlarm();
	}

	@Test
	void looksNoMoreThanFiveTimesASecond() throws Exception {
		Watched pool = new Watched(springExecutor(1, 0));
		pool.tick(0, 0);
		pool.execute(this.errands::print);
		assertThat(pool.isRefused(this.errands::mail)).isTrue();
		pool.tick(0, 199);
		assertNoAlarm();
	}

	private void refuseAt(Watched pool, int second) {
		assertThat(pool.isRefused(this.errands::mail)).isTrue();
		pool.tick(second);
	}

	private PoolAlarm next() throws InterruptedException {
		PoolAlarm alarm = this.alarms.poll(10, TimeUnit.SECONDS);
		assertThat(alarm).isNotNull();
		return alarm;
	}

	/**
	 * Close what reports, and so have it report what it has.
	 */
	private void assertNoAlarm() {
		this.desk.failures().reports().close(List.of());
		assertThat(this.alarms).isEmpty();
	}

	private static List<String> atWork(PoolAlarm alarm) {
		return ((PoolFullException) alarm.throwable()).atWork();
	}

	private static ThreadPoolTaskExecutor springExecutor(int threads, int queueCapacity) {
		return initialized(new ThreadPoolTaskExecutor(), threads, queueCapacity);
	}

	private static ThreadPoolTaskExecutor initialized(ThreadPoolTaskExecutor executor, int threads, int queueCapacity) {
		executor.setCorePoolSize(threads);
		executor.setMaxPoolSize(threads);
		executor.setQueueCapacity(queueCapacity);
		executor.setDaemon(true);
		executor.initialize();
		return executor;
	}

	/**
	 * An executor with a ledger, both looked at by hand.
	 */
	private final class Watched implements Executor {

		private final Executor executor;

		private final ExecutorView view;

		private final Ledger ledger;

		private final FullPool fullPool;

		private final long start;

		Watched(Executor executor) {
			this.executor = executor;
			this.view = ExecutorView.of(executor);
			this.ledger = new Ledger("mail", PoolSettings.DEFAULT, new PoolLifecycle(this.view),
					FullPoolTests.this.desk);
			Load load = new Load(this.ledger);
			this.fullPool = new FullPool(this.ledger, this.view, load, HealthSettings.DEFAULT,
					FullPoolTests.this.closing::get);
			FullPoolTests.this.desk.failures().reports().open(List.of(new AlarmReporter(FullPoolTests.this.alarms)));
			this.start = System.nanoTime();
			load.tick(this.start);
		}

		@Override
		public void execute(Runnable errand) {
			RunnableTask task = RunnableTask.of(this.ledger, errand, errand, false);
			try {
				this.executor.execute(task);
			}
			catch (RejectedExecutionException ex) {
				task.rejected();
				throw ex;
			}
		}

		boolean isRefused(Runnable errand) {
			try {
				execute(errand);
				return false;
			}
			catch (RejectedExecutionException ex) {
				return true;
			}
		}

		void awaitWaiting(int tasks) {
			await().until(() -> this.ledger.running()
				.tasks()
				.stream()
				.filter((task) -> task.thread() != null && task.thread().getState() == Thread.State.WAITING)
				.count() == tasks);
		}

		/**
		 * Look at the pool, and once more when the stacks have been looked at, should
		 * that have taken long.
		 */
		void tick(int second) {
			tick(second, 0);
			await().until(() -> !this.fullPool.isLooking());
			tick(second, 200);
		}

		void tick(int second, int millis) {
			this.fullPool.tick(this.start + TimeUnit.SECONDS.toNanos(second) + TimeUnit.MILLISECONDS.toNanos(millis));
		}

	}

	/**
	 * A task that nobody should ask anything.
	 */
	private record Hostile(Errands errands) implements Runnable {

		@Override
		public void run() {
			this.errands.print();
		}

		@Override
		public String toString() {
			throw new IllegalStateException("Nobody should ask");
		}

		@Override
		public int hashCode() {
			throw new IllegalStateException("Nobody should ask");
		}

		@Override
		public boolean equals(Object other) {
			throw new IllegalStateException("Nobody should ask");
		}

	}

	/**
	 * A thread of the application's own class.
	 */
	private static final class HangingThread extends Thread {

		private final @Nullable CountDownLatch release;

		HangingThread(Runnable task, @Nullable CountDownLatch release) {
			super(task);
			this.release = release;
		}

		@Override
		public StackTraceElement[] getStackTrace() {
			if (this.release == null) {
				throw new IllegalStateException("Has no stack");
			}
			try {
				this.release.await();
			}
			catch (InterruptedException ex) {
				interrupt();
			}
			return new StackTraceElement[0];
		}

	}

}

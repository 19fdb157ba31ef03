package io.lifeguard.test;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

import io.lifeguard.OwnedTask;
import io.lifeguard.TaskOwner;
import io.lifeguard.support.Frames;
import org.jspecify.annotations.Nullable;

/**
 * Knows for whom each thread of this JVM works: for the test that it runs; else for the
 * test whose code has started it; else for the only test that is running or, of several,
 * whose code it runs; else for nobody. A thread that prepares a test, as by starting its
 * application, works for nobody, and counts as running something all the same.
 */
final class RunningTests {

	/** Common to all applications, since a test may have several. */
	static final RunningTests INSTANCE = new RunningTests();

	private static final TaskOwner NOBODY = new Nobody();

	private final Set<TaskOwner> running = ConcurrentHashMap.newKeySet();

	@SuppressWarnings("ThreadLocalUsage") // there is one instance
	private final InheritableThreadLocal<@Nullable Employer> employers = new InheritableThreadLocal<>() {

		@Override
		protected @Nullable Employer childValue(@Nullable Employer parent) {
			return (parent != null) ? new Employer(parent.owner(), true) : null;
		}

	};

	private RunningTests() {
	}

	/**
	 * Let the current thread prepare a test or clean up after one, unless it is in a test
	 * already.
	 */
	void prepare() {
		if (!runsTest()) {
			start(new Nobody());
		}
	}

	/**
	 * Let the current thread prepare no test any more.
	 */
	void prepared() {
		if (!runsTest()) {
			stop();
		}
	}

	/**
	 * Let the current thread run a test from now on.
	 * @return its tasks, to be given back at its {@link #end}, or {@code null} if another
	 * guard of the same test has begun, and will end it
	 */
	@Nullable TestTasks begin(Class<?> testClass, TestSettings settings) {
		if (runsTest()) {
			return null;
		}
		TestTasks tasks = new TestTasks(testClass, settings.settle());
		start(tasks);
		return tasks;
	}

	/**
	 * End the test that the current thread runs, and let the thread clean up after it.
	 * @throws UnhandledTaskFailures if the test left task failures that nobody has
	 * handled, or not those that it expects
	 */
	void end(TestTasks tasks, Expectations expectations) {
		try {
			expectations.verify(tasks.end(expectations::include));
		}
		finally {
			start(new Nobody());
		}
	}

	/**
	 * Let the current thread work for the given owner, until it works for another.
	 */
	private void start(TaskOwner owner) {
		stop();
		this.running.add(owner);
		this.employers.set(new Employer(owner, false));
	}

	private void stop() {
		Employer employer = this.employers.get();
		this.employers.remove();
		if (employer != null && !employer.inherited()) {
			this.running.remove(employer.owner());
		}
	}

	private boolean runsTest() {
		Employer employer = this.employers.get();
		return employer != null && !employer.inherited() && employer.owner() instanceof TestTasks;
	}

	/**
	 * Return the tasks of the test that the current thread works for, or {@code null} if
	 * it works for none.
	 */
	@Nullable TestTasks currentTest() {
		return (current() instanceof TestTasks tasks) ? tasks : null;
	}

	/**
	 * Return for whom the current thread works.
	 */
	TaskOwner current() {
		Employer employer = this.employers.get();
		if (employer != null && !employer.inherited()) {
			return employer.owner();
		}
		StackTraceElement[] stack = Thread.currentThread().getStackTrace();
		if (employer != null && isStartedByTest(stack)) {
			return employer.owner();
		}
		List<TaskOwner> running = List.copyOf(this.running);
		if (running.size() > 1) {
			running = running.stream()
				.filter((owner) -> owner instanceof TestTasks tasks && tasks.isCodeOn(stack))
				.toList();
		}
		return (running.size() == 1) ? running.get(0) : NOBODY;
	}

	/**
	 * Whether the current thread, whose stack is given, was started by the code of a test
	 * or an application, or by JUnit to run a test that has a time limit. The workers of
	 * a library, as of the JDK's common pool or of a web server, may have been started
	 * for one test and serve another.
	 */
	private static boolean isStartedByTest(StackTraceElement[] stack) {
		int outermost = stack.length - 1;
		while (outermost > 0 && stack[outermost].getClassName().startsWith("java.lang.")) {
			outermost--;
		}
		return Frames.isApplication(stack[outermost])
				|| Thread.currentThread().getName().startsWith("junit-timeout-thread-");
	}

	/**
	 * Call the given function on the current thread for the given owner.
	 */
	<T> T call(TaskOwner owner, Supplier<T> function) {
		Employer before = this.employers.get();
		this.employers.set(new Employer(owner, false));
		try {
			return function.get();
		}
		finally {
			if (before != null) {
				this.employers.set(before);
			}
			else {
				this.employers.remove();
			}
		}
	}

	/**
	 * Whom a thread works for.
	 *
	 * @param inherited whether that is only the one for whom the thread worked that has
	 * started this one
	 */
	private record Employer(TaskOwner owner, boolean inherited) {

	}

	/**
	 * Owns what is no test's.
	 */
	private static final class Nobody implements TaskOwner {

		@Override
		public void submitted(OwnedTask task) {
			// nobody wants to know
		}

		@Override
		public <T> T call(Supplier<T> function) {
			return INSTANCE.call(this, function);
		}

	}

}

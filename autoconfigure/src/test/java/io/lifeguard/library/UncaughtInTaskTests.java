package io.lifeguard.library;

import java.lang.Thread.UncaughtExceptionHandler;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;

import io.reactivex.rxjava3.core.Completable;
import io.reactivex.rxjava3.plugins.RxJavaPlugins;
import io.sentry.UncaughtExceptionHandlerIntegration;
import kotlin.Unit;
import kotlin.coroutines.CoroutineContext;
import kotlinx.coroutines.BuildersKt;
import kotlinx.coroutines.CoroutineExceptionHandler;
import kotlinx.coroutines.CoroutineExceptionHandlerKt;
import kotlinx.coroutines.CoroutineStart;
import kotlinx.coroutines.ExecutorsKt;
import kotlinx.coroutines.GlobalScope;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Hooks;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import tools.jackson.databind.JsonNode;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ApplicationContext;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for what libraries that run on a guarded worker hand to nobody, or to the handler
 * of a thread that goes on.
 */
@ExtendWith(OutputCaptureExtension.class)
class UncaughtInTaskTests {

	private final UncaughtExceptionHandler before = Thread.getDefaultUncaughtExceptionHandler();

	@AfterEach
	void reset() {
		RxJavaPlugins.reset();
		Hooks.resetOnErrorDropped();
		Thread.setDefaultUncaughtExceptionHandler(this.before);
	}

	@ParameterizedTest
	@EnumSource
	void isOneFailureOfThePool(Library library, CapturedOutput output) {
		List<JsonNode> events = new SentryApplication().run((context) -> {
			library.fail(executor(context));
			SentryApplication.awaitEnd(context, 1);
			assertThat(SentryApplication.pool(context).failures().uncaught()).isEqualTo(1);
			assertThat(SentryApplication.pool(context).tasks().failed()).isEqualTo(1);
		});
		SentryApplication.assertOne(events, "pool", library.task, "Nobody handles it");
		assertThat(output).contains("Task " + library.task);
		if (library.log != null) {
			assertThat(output).containsOnlyOnce(library.log);
		}
		assertThat(Thread.getDefaultUncaughtExceptionHandler()).isSameAs(this.before);
	}

	@ParameterizedTest
	@EnumSource
	void isNoneWhereTheApplicationHandlesIt(Library library) {
		Queue<Throwable> handled = new ConcurrentLinkedQueue<>();
		List<JsonNode> events = new SentryApplication().run((context) -> {
			library.failHandled(executor(context), handled);
			SentryApplication.awaitEnd(context, 1);
			assertThat(SentryApplication.pool(context).tasks().succeeded()).isEqualTo(1);
		});
		assertThat(handled).hasSize(1);
		assertThat(events).isEmpty();
	}

	@ParameterizedTest
	@EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "REACTOR")
	void isToldToADefaultHandlerOfTheApplication(Library library) {
		Queue<Throwable> handled = new ConcurrentLinkedQueue<>();
		Thread.setDefaultUncaughtExceptionHandler((thread, thrown) -> handled.add(thrown));
		List<JsonNode> events = new SentryApplication().run((context) -> {
			assertThat(Thread.getDefaultUncaughtExceptionHandler().toString())
				.contains(UncaughtExceptionHandlerIntegration.class.getSimpleName());
			library.fail(executor(context));
			SentryApplication.awaitEnd(context, 1);
		});
		assertThat(handled).hasSize(1);
		SentryApplication.assertOne(events, "pool", library.task, "Nobody handles it");
	}

	@ParameterizedTest
	@EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "REACTOR")
	void isTheBusinessOfTheHandlerThatTheApplicationHasGivenTheThread(Library library) {
		Queue<Throwable> handled = new ConcurrentLinkedQueue<>();
		List<JsonNode> events = new SentryApplication().run((context) -> {
			ThreadPoolTaskExecutor executor = context.getBean(SentryApplication.POOL, ThreadPoolTaskExecutor.class);
			executor.getThreadPoolExecutor().setThreadFactory((task) -> {
				Thread thread = new Thread(task);
				thread.setUncaughtExceptionHandler((failed, thrown) -> handled.add(thrown));
				return thread;
			});
			library.fail(executor);
			SentryApplication.awaitEnd(context, 1);
			assertThat(SentryApplication.pool(context).tasks().succeeded()).isEqualTo(1);
		});
		assertThat(handled).hasSize(1);
		assertThat(events).isEmpty();
	}

	@Test
	void isOneTaskMoreWhenATaskHasSeveral() {
		List<JsonNode> events = new SentryApplication().run((context) -> {
			executor(context).execute(() -> {
				fail("First");
				fail("Second");
			});
			SentryApplication.awaitEnd(context, 2);
			assertThat(SentryApplication.pool(context).tasks().submitted()).isEqualTo(2);
			assertThat(SentryApplication.pool(context).tasks().failed()).isEqualTo(2);
			assertThat(SentryApplication.pool(context).failures().uncaught()).isEqualTo(2);
		});
		assertThat(events).hasSize(2);
	}

	@Test
	void isOneFailureWhenTheTaskThrowsItToo() {
		List<JsonNode> events = new SentryApplication().run((context) -> {
			executor(context).execute(() -> {
				IllegalStateException failure = new IllegalStateException("Told and thrown");
				handler().uncaughtException(Thread.currentThread(), failure);
				handler().uncaughtException(Thread.currentThread(), new IllegalArgumentException(failure));
				throw failure;
			});
			SentryApplication.awaitEnd(context, 1);
		});
		assertThat(events).hasSize(1);
	}

	@Test
	void isNoneOfATaskThatItsTimeIsOverFor() {
		List<JsonNode> events = new SentryApplication().with("lifeguard.pools.pool.task-timeout=50ms")
			.run((context) -> {
				executor(context).execute(() -> {
					try {
						new CountDownLatch(1).await();
					}
					catch (InterruptedException ex) {
						handler().uncaughtException(Thread.currentThread(), ex);
					}
				});
				SentryApplication.awaitEnd(context, 1);
				assertThat(SentryApplication.pool(context).tasks().submitted()).isEqualTo(1);
			});
		assertThat(events).hasSize(1);
		assertThat(events.get(0).toString()).contains("TimeoutException");
	}

	@Test
	void goesWhereItWouldWithoutTheGuardWhereNoTaskRuns(CapturedOutput output) {
		AtomicReference<Throwable> seen = new AtomicReference<>();
		Thread.setDefaultUncaughtExceptionHandler(null);
		new SentryApplication().with("sentry.enable-uncaught-exception-handler=false").run((context) -> {
			run(new Thread(() -> {
				throw new IllegalStateException("Nobody's");
			}, "lonely"));
			assertThat(output).contains("Exception in thread \"lonely\" java.lang.IllegalStateException: Nobody's");
		});
		Thread.setDefaultUncaughtExceptionHandler((thread, thrown) -> seen.set(thrown));
		new SentryApplication().with("sentry.enable-uncaught-exception-handler=false").run((context) -> {
			run(new Thread(() -> {
				throw new IllegalStateException("The application's");
			}));
			assertThat(seen.get()).hasMessage("The application's");
		});
	}

	@Test
	@Timeout(60)
	void isSeenWithASentryThatComesLater() {
		List<JsonNode> events = new SentryApplication().run((context) -> {
			UncaughtExceptionHandler own = Thread.getDefaultUncaughtExceptionHandler();
			UncaughtExceptionHandler later = new UncaughtExceptionHandlerIntegration();
			try {
				Thread.setDefaultUncaughtExceptionHandler(later);
				executor(context).execute(() -> {
				});
				while (Thread.getDefaultUncaughtExceptionHandler() == later) {
					Thread.onSpinWait(); // Awaitility would put it back in the end
				}
				executor(context).execute(() -> fail("Nobody handles it"));
				SentryApplication.awaitEnd(context, 2);
			}
			finally {
				Thread.setDefaultUncaughtExceptionHandler(own);
			}
		});
		assertThat(events).hasSize(1);
	}

	private static void run(Thread thread) throws InterruptedException {
		thread.start();
		thread.join();
	}

	private static Executor executor(ApplicationContext context) {
		return context.getBean(SentryApplication.POOL, Executor.class);
	}

	private static UncaughtExceptionHandler handler() {
		return Thread.currentThread().getUncaughtExceptionHandler();
	}

	private static void fail(String message) {
		handler().uncaughtException(Thread.currentThread(), new IllegalStateException(message));
	}

	private static Object fail() {
		throw new IllegalStateException("Nobody handles it");
	}

	enum Library {

		RX_JAVA("UncaughtInTaskTests.fail", null) {

			@Override
			void fail(Executor executor) {
				completable(executor).subscribe();
			}

			@Override
			void failHandled(Executor executor, Queue<Throwable> handled) {
				var unused = completable(executor).subscribe(() -> {
				}, handled::add);
			}

			private Completable completable(Executor executor) {
				return Completable.fromAction(UncaughtInTaskTests::fail)
					.subscribeOn(io.reactivex.rxjava3.schedulers.Schedulers.from(executor));
			}

		},

		RX_JAVA_ERROR_HANDLER("UncaughtInTaskTests.fail", null) {

			@Override
			void fail(Executor executor) {
				RX_JAVA.fail(executor);
			}

			@Override
			void failHandled(Executor executor, Queue<Throwable> handled) {
				RxJavaPlugins.setErrorHandler(handled::add);
				RX_JAVA.fail(executor);
			}

		},

		KOTLIN("UncaughtInTaskTests.Library.3.launch", null) {

			@Override
			void fail(Executor executor) {
				launch(ExecutorsKt.from(executor));
			}

			@Override
			void failHandled(Executor executor, Queue<Throwable> handled) {
				CoroutineExceptionHandler handler = CoroutineExceptionHandlerKt
					.CoroutineExceptionHandler((context, thrown) -> {
						handled.add(thrown);
						return Unit.INSTANCE;
					});
				launch(ExecutorsKt.from(executor).plus(handler));
			}

			private void launch(CoroutineContext context) {
				BuildersKt.launch(GlobalScope.INSTANCE, context, CoroutineStart.DEFAULT,
						(scope, continuation) -> UncaughtInTaskTests.fail());
			}

		},

		REACTOR("UncaughtInTaskTests.fail", "Operator called default onErrorDropped") {

			@Override
			void fail(Executor executor) {
				mono(executor).subscribe();
			}

			@Override
			void failHandled(Executor executor, Queue<Throwable> handled) {
				mono(executor).subscribe((value) -> {
				}, handled::add);
			}

			private Mono<Object> mono(Executor executor) {
				return Mono.fromCallable(UncaughtInTaskTests::fail).subscribeOn(Schedulers.fromExecutor(executor));
			}

		},

		REACTOR_SCHEDULER("UncaughtInTaskTests.fail", null) {

			@Override
			void fail(Executor executor) {
				Schedulers.fromExecutor(executor).schedule(UncaughtInTaskTests::fail);
			}

			@Override
			void failHandled(Executor executor, Queue<Throwable> handled) {
				Schedulers.fromExecutor(executor).schedule(() -> {
					try {
						UncaughtInTaskTests.fail();
					}
					catch (IllegalStateException ex) {
						handled.add(ex);
					}
				});
			}

		};

		final String task;

		/** What the library logs, with and without the guard. */
		final String log;

		Library(String task, String log) {
			this.task = task;
			this.log = log;
		}

		abstract void fail(Executor executor);

		abstract void failHandled(Executor executor, Queue<Throwable> handled);

	}

}

package io.lifeguard.benchmarks;

import java.util.concurrent.Callable;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;

import io.lifeguard.benchmarks.Application.AsyncCalls;
import io.lifeguard.benchmarks.Relay.Submission;

import org.springframework.context.ApplicationContext;
import org.springframework.core.task.AsyncTaskExecutor;
import org.springframework.core.task.support.TaskExecutorAdapter;

/**
 * The method by which tasks are submitted.
 */
public enum Way {

	/**
	 * {@code execute}.
	 */
	EXECUTE {
		@Override
		Submission through(Executor executor, ApplicationContext context) {
			return (relay) -> {
				executor.execute(relay);
				return null;
			};
		}
	},

	/**
	 * {@code submit}.
	 */
	SUBMIT {
		@Override
		Submission through(Executor executor, ApplicationContext context) {
			if (executor instanceof ExecutorService service) {
				return (relay) -> service.submit((Callable<?>) relay);
			}
			AsyncTaskExecutor asynchronous = asynchronous(executor);
			return (relay) -> asynchronous.submit((Callable<?>) relay);
		}
	},

	/**
	 * {@code submitCompletable}.
	 */
	SUBMIT_COMPLETABLE {
		@Override
		Submission through(Executor executor, ApplicationContext context) {
			AsyncTaskExecutor asynchronous = asynchronous(executor);
			return (relay) -> asynchronous.submitCompletable((Callable<?>) relay);
		}
	},

	/**
	 * A method with {@code @Async}.
	 */
	ASYNC {
		@Override
		Submission through(Executor executor, ApplicationContext context) {
			AsyncCalls calls = context.getBean(AsyncCalls.class);
			return (relay) -> {
				calls.call(relay);
				return null;
			};
		}
	};

	abstract Submission through(Executor executor, ApplicationContext context);

	private static AsyncTaskExecutor asynchronous(Executor executor) {
		return (executor instanceof AsyncTaskExecutor asynchronous) ? asynchronous : new TaskExecutorAdapter(executor);
	}

}

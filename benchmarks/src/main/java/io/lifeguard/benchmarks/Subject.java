package io.lifeguard.benchmarks;

import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;

import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.binder.jvm.ExecutorServiceMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.sentry.spring7.SentryTaskDecorator;
import org.dromara.dynamictp.core.executor.DtpExecutor;
import org.dromara.dynamictp.core.support.ThreadPoolBuilder;
import org.dromara.dynamictp.core.support.task.wrapper.MdcTaskWrapper;
import org.dromara.dynamictp.core.support.task.wrapper.TtlTaskWrapper;

import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;

/**
 * What is put around an executor.
 */
public enum Subject {

	/**
	 * Nothing.
	 */
	BARE("Bare") {
		@Override
		Executor around(Executor executor) {
			return executor;
		}
	},

	/**
	 * Micrometer's timers of run and idle time.
	 */
	MICROMETER("Micrometer") {
		@Override
		Executor around(Executor executor) {
			PrometheusMeterRegistry meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT,
					new PrometheusRegistry(), Clock.SYSTEM);
			if (executor instanceof ThreadPoolTaskExecutor pool) {
				return ExecutorServiceMetrics.monitor(meters, pool.getThreadPoolExecutor(), "measured");
			}
			return (executor instanceof ExecutorService service)
					? ExecutorServiceMetrics.monitor(meters, service, "measured")
					: ExecutorServiceMetrics.monitor(meters, executor, "measured");
		}
	},

	/**
	 * Sentry's decorator, which forks the submitter's scopes for each task.
	 */
	SENTRY("Sentry") {
		@Override
		Executor around(Executor executor) {
			SentryTaskDecorator decorator = new SentryTaskDecorator();
			if (executor instanceof ThreadPoolTaskExecutor pool) {
				pool.setTaskDecorator(decorator);
				return pool;
			}
			return (task) -> executor.execute(decorator.decorate(task));
		}
	},

	/**
	 * DynamicTp's own pool with its usual wrappers.
	 */
	DYNAMIC_TP("DynamicTp") {
		@Override
		Executor around(Executor executor) {
			if (!(executor instanceof ThreadPoolTaskExecutor)) {
				throw new UnsupportedOperationException("DynamicTp is a pool itself");
			}
			DtpExecutor pool = ThreadPoolBuilder.newBuilder()
				.threadPoolName("measured")
				.corePoolSize(1)
				.maximumPoolSize(1)
				.workQueue("LinkedBlockingQueue", 1_000_000)
				.taskWrappers(List.of(new TtlTaskWrapper(), new MdcTaskWrapper()))
				.buildDynamic();
			pool.initialize();
			return pool;
		}
	},

	/**
	 * Lifeguard, no Sentry configured.
	 */
	LIFEGUARD("Lifeguard") {
		@Override
		Executor around(Executor executor) {
			return executor; // the post-processor does the rest
		}
	},

	/**
	 * Lifeguard, which captures the submitter's scopes for a Sentry that is configured.
	 */
	LIFEGUARD_SENTRY("Lifeguard with Sentry") {
		@Override
		Executor around(Executor executor) {
			return executor;
		}
	};

	private final String title;

	Subject(String title) {
		this.title = title;
	}

	abstract Executor around(Executor executor);

	/**
	 * Return the name in the table.
	 */
	String title() {
		return this.title;
	}

	boolean isGuarded() {
		return this == LIFEGUARD || this == LIFEGUARD_SENTRY;
	}

	boolean needsSentry() {
		return this == SENTRY || this == LIFEGUARD_SENTRY;
	}

}

package io.lifeguard.library;

import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

import io.lifeguard.engine.pool.PoolRegistry;

import org.springframework.beans.factory.DisposableBean;

/**
 * What the methods and callbacks of gRPC calls throw, and no interceptor of the
 * application's own catches. All calls run through one executor of gRPC's, which logs it
 * with {@code java.util.logging} and tells nobody else: so its logger has one handler
 * more. The log line stays.
 */
public final class CallErrors implements DisposableBean {

	/** Held, or else the JVM would forget the logger and its handler. */
	private static final Logger logger = Logger.getLogger("io.grpc.internal.SerializingExecutor");

	private static final Handler HANDLER = new TellingHandler();

	private static int applications;

	/**
	 * Listen to the log.
	 */
	public CallErrors() {
		synchronized (HANDLER) {
			if (applications++ == 0) {
				logger.addHandler(HANDLER);
			}
		}
	}

	/**
	 * Listen no more with the last application.
	 */
	@Override
	public void destroy() {
		synchronized (HANDLER) {
			if (--applications == 0) {
				logger.removeHandler(HANDLER);
			}
		}
	}

	private static final class TellingHandler extends Handler {

		@Override
		public void publish(LogRecord line) {
			Throwable thrown = line.getThrown();
			if (thrown != null) {
				PoolRegistry.failCurrentTask(thrown);
			}
		}

		@Override
		public void flush() {
		}

		@Override
		public void close() {
		}

	}

}

package io.lifeguard.paths;

import java.lang.reflect.InvocationTargetException;
import java.util.concurrent.Future;

import org.springframework.util.ClassUtils;

/**
 * Methods of futures that came with Java 19.
 */
final class Java19 {

	static final boolean PRESENT = ClassUtils.hasMethod(Future.class, "resultNow");

	private Java19() {
	}

	static Object resultNow(Future<?> future) throws Exception {
		return call(future, "resultNow");
	}

	static Object exceptionNow(Future<?> future) throws Exception {
		return call(future, "exceptionNow");
	}

	static Object state(Future<?> future) throws Exception {
		return call(future, "state");
	}

	private static Object call(Future<?> future, String method) throws Exception {
		try {
			return Future.class.getMethod(method).invoke(future);
		}
		catch (InvocationTargetException ex) {
			throw (Exception) ex.getTargetException();
		}
	}

}

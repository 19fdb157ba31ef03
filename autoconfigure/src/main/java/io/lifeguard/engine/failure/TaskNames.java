package io.lifeguard.engine.failure;

import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

import io.lifeguard.support.Fields;
import io.lifeguard.support.Frames;
import io.lifeguard.support.Throwables;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.support.AopUtils;
import org.springframework.util.ReflectionUtils;

/**
 * Names a task the way its author would: by the method that is the task or, where that is
 * unknown, by the class of what was submitted.
 */
public final class TaskNames {

	private static final int MAX_DEPTH = 2;

	/** How a task is called, unlike how it calls the guard. */
	private static final Set<String> RUNS_TASKS = Set.of("run", "runBody", "call", "callBody");

	/** The package whose classes run no task. */
	private static final String FAILURES = TaskNames.class.getPackageName() + ".";

	private TaskNames() {
	}

	/**
	 * Return the name of a failed task: the outermost application method in the failure's
	 * stack trace, up to where the guard called it, or else in those of its causes, as
	 * where a library has put an exception of its own around.
	 * @param method what the task is known to call
	 * @param thrown what the task itself threw, {@code null} if that is gone
	 */
	static String ofFailed(Class<?> body, @Nullable Method method, @Nullable Throwable thrown) {
		if (thrown != null && !Proxy.isProxyClass(body)) {
			for (Throwable link : Throwables.chain(thrown)) {
				// A stage hands on what failed in another thread, whose stack names
				// another task
				String name = (link instanceof CompletionException) ? null : ofStack(body, Throwables.stack(link));
				if (name != null) {
					return name;
				}
				if (method != null || link instanceof CompletionException || link instanceof ExecutionException) {
					break;
				}
			}
		}
		return (method != null) ? ofMethod(method) : ofClass(body);
	}

	/**
	 * Return the name of the task that the given stack is running, innermost frame first.
	 * @param body what was submitted
	 */
	public static String ofRunning(Object body, StackTraceElement[] stack) {
		Class<?> type = (body instanceof Class<?> kind) ? kind : body.getClass();
		String name = Proxy.isProxyClass(type) ? null : ofStack(type, stack);
		return (name != null) ? name : ofSubmitted(body);
	}

	/**
	 * Return the name of the task that the given stack is running, innermost frame first,
	 * or {@code null} if no application method is in it, or no task. What was submitted
	 * goes ahead of a decorator around it, and the application ahead of its libraries.
	 */
	private static @Nullable String ofStack(Class<?> body, StackTraceElement[] stack) {
		StackTraceElement outermost = null;
		int rank = 0;
		for (StackTraceElement frame : stack) {
			if (frame.getClassName().startsWith(FAILURES)) {
				outermost = null; // it has returned, and its failure is being dealt with
				rank = 0;
			}
			else if (Frames.isGuard(frame.getClassName())
					&& (outermost != null || RUNS_TASKS.contains(frame.getMethodName()))) {
				return (outermost != null)
						? simpleName(outermost.getClassName()) + "." + method(outermost.getMethodName()) : null;
			}
			int next = rank(body, frame);
			if (next > 0 && next >= rank) {
				outermost = frame;
				rank = next;
			}
		}
		return null;
	}

	private static int rank(Class<?> body, StackTraceElement frame) {
		if (!Frames.isApplication(frame)) {
			return 0;
		}
		boolean itself = frame.getClassName().equals(body.getName()) && RUNS_TASKS.contains(frame.getMethodName());
		return itself ? 3 : Frames.isOfKnownApplication(frame) ? 2 : 1;
	}

	/**
	 * Return the name of a task that has no stack yet: that of the method which it is
	 * known to call, or else of its class.
	 */
	public static String ofSubmitted(Object body) {
		if (body instanceof Class<?> type) {
			return ofClass(type);
		}
		Method method = calledBy(body);
		return (method != null) ? ofMethod(method) : ofClass(body.getClass());
	}

	/**
	 * Return the name of a task that is to be run again and again: as that of any other
	 * task, but of a method that a bean has inherited with the bean's own class, and of
	 * what one of Spring's own beans is to do again and again, as to poll, that of the
	 * bean.
	 */
	public static String ofScheduled(Object body) {
		Call call = call(body);
		if (call == null || call.target() == null) {
			String bean = (call == null) ? beanName(body) : null;
			return (bean != null) ? bean : ofSubmitted(body);
		}
		Class<?> bean = AopUtils.getTargetClass(call.target());
		return Proxy.isProxyClass(bean) ? ofMethod(call.method()) : ofClass(bean) + "." + call.method().getName();
	}

	private static String ofMethod(Method method) {
		return simpleName(method.getDeclaringClass().getName()) + "." + method.getName();
	}

	/**
	 * Return the method that one of Spring's own tasks, mostly a lambda, calls, or
	 * {@code null} for other tasks. Only the method is looked at, never its arguments.
	 */
	public static @Nullable Method calledBy(Object body) {
		Call call = call(body);
		return (call != null) ? call.method() : null;
	}

	private static @Nullable Call call(Object body) {
		try {
			return call(body, MAX_DEPTH);
		}
		catch (LinkageError ex) { // a field is of a type that this application lacks
			return null;
		}
	}

	private static @Nullable Call call(Object body, int depth) {
		if (!isSpring(body.getClass())) {
			return null;
		}
		List<Object> values = Fields.declared(body);
		for (Object value : values) {
			if (value instanceof Method method) {
				Object target = values.stream().filter(method.getDeclaringClass()::isInstance).findFirst().orElse(null);
				return new Call(method, target);
			}
			if (depth > 0 && (value instanceof Runnable || value instanceof Callable || value instanceof Supplier)) {
				Call call = call(value, depth - 1);
				if (call != null) {
					return call;
				}
			}
		}
		return null;
	}

	/**
	 * Return the name of the bean that one of Spring's own tasks was made by, if that has
	 * noted it. No method is called for that.
	 */
	private static @Nullable String beanName(Object body) {
		if (!isSpring(body.getClass())) {
			return null;
		}
		try {
			for (Object value : Fields.declared(body)) {
				Field field = (value instanceof Executor) ? null
						: ReflectionUtils.findField(value.getClass(), "beanName", String.class);
				if (field != null && isSpring(field.getDeclaringClass()) && field.trySetAccessible()) {
					return (String) ReflectionUtils.getField(field, value);
				}
			}
		}
		catch (LinkageError ex) { // a field is of a type that this application lacks
			return null;
		}
		return null;
	}

	private static boolean isSpring(Class<?> type) {
		return type.getName().startsWith("org.springframework.");
	}

	/**
	 * Return the name of a task of which only the class is known.
	 */
	private static String ofClass(Class<?> body) {
		if (Proxy.isProxyClass(body)) {
			return simpleName(ofProxy(body).getName());
		}
		String name = body.getName();
		int generated = name.indexOf("$$");
		return simpleName((generated > 0) ? name.substring(0, generated) : name);
	}

	/**
	 * Return the interface that a JDK proxy is most likely known by.
	 */
	private static Class<?> ofProxy(Class<?> proxy) {
		Class<?>[] interfaces = proxy.getInterfaces();
		for (Class<?> candidate : interfaces) {
			if (candidate.getClassLoader() != null && !candidate.getName().startsWith("org.springframework.")) {
				return candidate;
			}
		}
		return (interfaces.length > 0) ? interfaces[0] : proxy;
	}

	private static String simpleName(String type) {
		return type.substring(type.lastIndexOf('.') + 1).replace('$', '.');
	}

	private static String method(String name) {
		if (name.startsWith("lambda$")) {
			int end = name.lastIndexOf('$');
			return (end > 7) ? name.substring(7, end) : name;
		}
		return name;
	}

	/**
	 * What a task calls.
	 *
	 * @param target the object that has the method, if the task has it
	 */
	private record Call(Method method, @Nullable Object target) {

	}

}

package io.lifeguard.proxy;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.stream.Collectors;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.NoSuchBeanDefinitionException;
import org.springframework.beans.factory.NoUniqueBeanDefinitionException;
import org.springframework.core.task.TaskExecutor;

/**
 * Says why Spring finds no executor for {@code @Async} methods, and runs each call on a
 * thread of its own.
 */
final class AsyncFallback {

	private AsyncFallback() {
	}

	/**
	 * Return which beans are in each other's way, and the cure.
	 */
	static String advice(BeanFactory beanFactory) {
		String what = "@Async methods that name no executor run here, each call on a new thread without any bound, since ";
		List<String> competing = competing(beanFactory);
		if (!competing.isEmpty()) {
			return what + "none of the executor beans " + quoted(competing)
					+ " is the default. Mark one @Primary, name one 'taskExecutor', or name the executor at the methods: @Async(\""
					+ competing.get(0) + "\")";
		}
		List<String> others = executors(beanFactory);
		if (!others.isEmpty()) {
			return what + "executor " + ((others.size() == 1) ? "bean " : "beans ") + quoted(others)
					+ ((others.size() == 1) ? " is" : " are")
					+ " no TaskExecutor. Name one 'taskExecutor', or name the executor at the methods: @Async(\""
					+ others.get(0) + "\")";
		}
		return what + "there is no executor bean. Declare one of type ThreadPoolTaskExecutor";
	}

	private static List<String> competing(BeanFactory beanFactory) {
		try {
			beanFactory.getBean(TaskExecutor.class);
			return List.of();
		}
		catch (NoUniqueBeanDefinitionException ex) {
			Collection<String> names = ex.getBeanNamesFound();
			return (names != null) ? names.stream().sorted().toList() : List.of();
		}
		catch (NoSuchBeanDefinitionException ex) {
			return List.of();
		}
	}

	private static List<String> executors(BeanFactory beanFactory) {
		return (beanFactory instanceof ListableBeanFactory beans)
				? Arrays.stream(beans.getBeanNamesForType(Executor.class, false, false)).sorted().toList() : List.of();
	}

	private static String quoted(List<String> names) {
		return names.stream().map((name) -> "'" + name + "'").collect(Collectors.joining(", "));
	}

}

package io.lifeguard.autoconfigure;

import java.util.concurrent.Executor;

import io.lifeguard.DeclaredPool;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.NoSuchBeanDefinitionException;
import org.springframework.beans.factory.NoUniqueBeanDefinitionException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.Ordered;
import org.springframework.core.ResolvableType;
import org.springframework.core.annotation.Order;

/**
 * Analyzes that an executor is not found where a pool that properties declare was wanted:
 * under another type, or without its name.
 */
@Order(Ordered.HIGHEST_PRECEDENCE)
final class DeclaredPoolInjectionFailureAnalyzer extends AbstractFailureAnalyzer<NoSuchBeanDefinitionException> {

	private final @Nullable BeanFactory beanFactory;

	DeclaredPoolInjectionFailureAnalyzer(@Nullable BeanFactory beanFactory) {
		this.beanFactory = beanFactory;
	}

	@Override
	protected @Nullable FailureAnalysis analyze(Throwable rootFailure, NoSuchBeanDefinitionException cause) {
		ResolvableType wanted = cause.getResolvableType();
		if (cause instanceof NoUniqueBeanDefinitionException || wanted == null
				|| !Executor.class.isAssignableFrom(wanted.toClass())
				|| !(this.beanFactory instanceof ListableBeanFactory beans)) {
			return null;
		}
		String[] declared = beans.getBeanNamesForType(DeclaredPool.class, true, false);
		if (declared.length == 0) {
			return null;
		}
		String names = String.join(", ", declared);
		return new FailureAnalysis(
				"No bean of type " + wanted.toClass().getName() + " could be injected. Properties declare these pools: "
						+ names + ".",
				"Inject such a pool by its name, as" + " @Qualifier(\"" + declared[0]
						+ "\") AsyncTaskExecutor: by type alone none is found, so that all else is"
						+ " injected as without it. Where an ExecutorService is needed, ask it for one:"
						+ " ((ThreadPoolTaskExecutor) executor).getThreadPoolExecutor().",
				cause);
	}

}

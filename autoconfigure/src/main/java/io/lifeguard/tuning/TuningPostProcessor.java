package io.lifeguard.tuning;

import java.util.concurrent.Executor;

import io.lifeguard.DeclaredPool;
import io.lifeguard.InvalidLifeguardPropertyException;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.scope.ScopedProxyFactoryBean;
import org.springframework.aop.scope.ScopedProxyUtils;
import org.springframework.beans.factory.FactoryBean;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.scheduling.TaskScheduler;

/**
 * Applies to each executor bean the spec that names it, before the bean is initialized.
 */
final class TuningPostProcessor implements BeanPostProcessor {

	private final PoolSpecs specs;

	TuningPostProcessor(PoolSpecs specs) {
		this.specs = specs;
	}

	@Override
	public @Nullable Object postProcessBeforeInitialization(Object bean, String beanName) {
		PoolSpec spec = this.specs.find(
				ScopedProxyUtils.isScopedTarget(beanName) ? ScopedProxyUtils.getOriginalBeanName(beanName) : beanName);
		if (bean instanceof FactoryBean) {
			if (spec != null && !(bean instanceof ScopedProxyFactoryBean)) {
				ExecutorTuner.refuse(beanName, bean, spec);
			}
		}
		else if (spec != null) {
			if (!(bean instanceof Executor || bean instanceof TaskScheduler)) {
				throw new InvalidLifeguardPropertyException(PropertyNames.of(spec.name()), null,
						"bean '" + beanName + "' is a " + bean.getClass().getName() + " and no executor",
						"Name an executor bean, or choose a name that no bean has to declare a pool.");
			}
			boolean declared = bean instanceof DeclaredPool;
			ExecutorTuner.tune(beanName, bean, declared ? spec.withDefaults(bean instanceof DeclaredThreads) : spec);
		}
		return bean;
	}

}

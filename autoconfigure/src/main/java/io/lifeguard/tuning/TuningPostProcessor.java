package io.lifeguard.tuning;

import java.util.List;
import java.util.concurrent.Executor;

import io.lifeguard.DeclaredPool;
import io.lifeguard.InvalidLifeguardPropertyException;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.scope.ScopedProxyFactoryBean;
import org.springframework.aop.scope.ScopedProxyUtils;
import org.springframework.beans.factory.FactoryBean;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.scheduling.TaskScheduler;

/**
 * Applies to each executor bean the spec that names it, before the bean is initialized.
 */
final class TuningPostProcessor implements BeanPostProcessor {

	private final PoolSpecs specs;

	private final ConfigurableListableBeanFactory beanFactory;

	private final SettingsWarnings warnings;

	TuningPostProcessor(PoolSpecs specs, ConfigurableListableBeanFactory beanFactory, SettingsWarnings warnings) {
		this.specs = specs;
		this.beanFactory = beanFactory;
		this.warnings = warnings;
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
			tune(beanName, bean, spec);
		}
		return bean;
	}

	private void tune(String beanName, Object bean, PoolSpec spec) {
		boolean declared = bean instanceof DeclaredPool;
		if (this.specs.isExcluded(beanName)) {
			this.warnings.warn("'lifeguard.exclude' and '" + PropertyNames.of(spec.name())
					+ "' name one bean, and the first wins: the pool is not guarded"
					+ (declared ? "" : ", and stays as it is") + ". Remove one of them");
			if (!declared) {
				return;
			}
		}
		PoolSpec effective = declared ? spec.withDefaults(bean instanceof DeclaredThreads) : spec;
		if (isMadeByBoot(beanName)) {
			warnOfUnsupported(beanName, bean, spec);
		}
		else {
			ExecutorTuner.refuseUnsupported(beanName, bean, effective);
		}
		ExecutorTuner.tune(bean, effective);
	}

	/**
	 * Warn of keys that an executor can't honour whose kind the application has not
	 * chosen: another setting, such as {@code spring.threads.virtual.enabled}, has.
	 */
	private void warnOfUnsupported(String beanName, Object bean, PoolSpec spec) {
		List<String> unsupported = ExecutorTuner.unsupported(bean, spec);
		if (unsupported.isEmpty()) {
			return;
		}
		this.warnings.warn(String.join(", ", unsupported) + " of '" + PropertyNames.of(spec.name())
				+ "' has no effect: Spring Boot has made bean '" + beanName + "' a " + bean.getClass().getSimpleName()
				+ " here, which takes " + String.join(", ", ExecutorTuner.supported(bean)) + " alone");
	}

	private boolean isMadeByBoot(String beanName) {
		return this.beanFactory.containsBeanDefinition(beanName)
				&& this.beanFactory.getMergedBeanDefinition(beanName) instanceof RootBeanDefinition definition
				&& definition.getResolvedFactoryMethod() != null
				&& definition.getResolvedFactoryMethod()
					.getDeclaringClass()
					.getName()
					.startsWith("org.springframework.boot.");
	}

}

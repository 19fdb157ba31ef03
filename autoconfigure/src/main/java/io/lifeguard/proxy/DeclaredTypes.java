package io.lifeguard.proxy;

import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.RootBeanDefinition;

/**
 * The types by which injection points may have been matched before the bean existed.
 */
final class DeclaredTypes {

	private DeclaredTypes() {
	}

	/**
	 * Return the declared type of the given bean, {@link Object} where there is none.
	 */
	static Class<?> of(String beanName, Object bean, ConfigurableListableBeanFactory beanFactory) {
		if (beanFactory.containsBeanDefinition(beanName)
				&& beanFactory.getMergedBeanDefinition(beanName) instanceof RootBeanDefinition definition) {
			Class<?> type = definition.getResolvableType().resolve();
			if (type != null && type.isInstance(bean)) {
				return type;
			}
		}
		return Object.class; // the product of a factory bean, for one
	}

}

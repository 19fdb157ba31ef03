package io.lifeguard.proxy;

import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.RootBeanDefinition;

/**
 * The type by which others may have found a bean before there was one.
 */
final class DeclaredType {

	private DeclaredType() {
	}

	/**
	 * Return the type, {@link Object} where none is known that the bean has.
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

package io.lifeguard.tuning;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.stream.Stream;

import io.lifeguard.InvalidLifeguardPropertyException;
import io.lifeguard.engine.pool.PoolRegistry;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.BeanFactoryUtils;
import org.springframework.beans.factory.HierarchicalBeanFactory;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.config.SingletonBeanRegistry;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.BeanDefinitionRegistryPostProcessor;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.scheduling.TaskScheduler;

/**
 * Has the executor beans that specs name tuned, and declares one for each spec that names
 * none. Comes after all conditions have been looked at, and its beans are candidates by
 * name only: whatever depends on there being an executor, or on which is the only one, is
 * as it would be without them.
 */
public final class PoolSpecsPostProcessor implements BeanDefinitionRegistryPostProcessor {

	private final PoolSpecs specs;

	private final PoolSpec.Threads defaultThreads;

	private final SettingsWarnings warnings;

	/**
	 * Create a post-processor.
	 * @param defaultThreads the threads of pools that do not say
	 * @param warnings logs pools that were hardly meant to be declared
	 */
	public PoolSpecsPostProcessor(PoolSpecs specs, PoolSpec.Threads defaultThreads, SettingsWarnings warnings) {
		this.specs = specs;
		this.defaultThreads = defaultThreads;
		this.warnings = warnings;
	}

	@Override
	public void postProcessBeanDefinitionRegistry(BeanDefinitionRegistry registry) {
		if (this.specs.all().isEmpty()) {
			return;
		}
		Set<String> names = new HashSet<>();
		Map<String, String> aliases = new HashMap<>();
		for (String name : registry.getBeanDefinitionNames()) {
			names.add(PropertyNames.canonical(name));
			for (String alias : registry.getAliases(name)) {
				aliases.put(PropertyNames.canonical(alias), name);
			}
		}
		// Some beans have no definition
		if (registry instanceof SingletonBeanRegistry singletons) {
			for (String name : singletons.getSingletonNames()) {
				names.add(PropertyNames.canonical(name));
			}
		}
		for (String name : inherited(registry)) {
			names.add(PropertyNames.canonical(name));
		}
		for (PoolSpec spec : this.specs.all()) {
			String canonical = PropertyNames.canonical(spec.name());
			if (!names.contains(canonical) && aliases.containsKey(canonical)) {
				throw new InvalidLifeguardPropertyException(PropertyNames.of(spec.name()), null,
						"it is an alias of bean '" + aliases.get(canonical) + "'",
						"Name the bean: " + PropertyNames.of(aliases.get(canonical)) + ".");
			}
			if (!names.contains(canonical)) {
				warnOfUnintended(spec.name(), registry);
				PoolSpec.Threads threads = (spec.threads() != null) ? spec.threads() : this.defaultThreads;
				RootBeanDefinition definition = new RootBeanDefinition(
						(threads == PoolSpec.Threads.VIRTUAL) ? DeclaredThreads.class : DeclaredThreadPool.class);
				definition.setDefaultCandidate(false);
				registry.registerBeanDefinition(spec.name(), definition);
			}
		}
	}

	/**
	 * Warn of a pool that properties declare although its name was probably meant to be
	 * that of a bean.
	 */
	private void warnOfUnintended(String name, BeanDefinitionRegistry registry) {
		List<String> executors = executors(registry);
		String property = "'" + PropertyNames.of(name) + "' names no bean, so it declares a pool of its own";
		String meant = Spelling.closest(name, executors);
		if (PoolSpecs.isSamePool(name, "applicationTaskExecutor")) {
			this.warnings.warn(property + ". Spring Boot makes a bean of that name only where the application has no"
					+ " Executor bean: name one of those"
					+ (executors.isEmpty() ? "" : " (" + String.join(", ", executors) + ")")
					+ ", or set 'spring.task.execution.mode: force'");
		}
		else if (PoolSpecs.isSamePool(name, "taskScheduler")) {
			this.warnings.warn(property
					+ ". Spring Boot makes a bean of that name only with @EnableScheduling, and where"
					+ " the application has no scheduler"
					+ (executors.isEmpty() ? "" : ": name one of its beans (" + String.join(", ", executors) + ")"));
		}
		else if (meant != null) {
			this.warnings.warn(property + ". Did you mean '" + meant + "'?");
		}
	}

	private static List<String> executors(BeanDefinitionRegistry registry) {
		return (registry instanceof ListableBeanFactory factory) ? Stream.of(Executor.class, TaskScheduler.class)
			.flatMap((type) -> Stream.of(factory.getBeanNamesForType(type, true, false)))
			.distinct()
			.toList() : List.of();
	}

	/**
	 * Return the names of the executors in a parent context that tunes and declares them
	 * itself.
	 */
	private static String[] inherited(BeanDefinitionRegistry registry) {
		BeanFactory parent = (registry instanceof HierarchicalBeanFactory child) ? child.getParentBeanFactory() : null;
		return (parent instanceof ListableBeanFactory factory && factory.containsBean(PoolRegistry.BEAN_NAME))
				? BeanFactoryUtils.beanNamesForTypeIncludingAncestors(factory, Executor.class, true, false)
				: new String[0];
	}

	@Override
	public void postProcessBeanFactory(ConfigurableListableBeanFactory beanFactory) {
		if (!this.specs.all().isEmpty()) {
			beanFactory.addBeanPostProcessor(new TuningPostProcessor(this.specs, beanFactory, this.warnings));
		}
	}

}

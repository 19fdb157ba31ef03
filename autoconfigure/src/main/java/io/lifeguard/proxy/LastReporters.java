package io.lifeguard.proxy;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

import io.lifeguard.LoggingTaskFailureReporter;
import io.lifeguard.TaskFailureReporter;

import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;

/**
 * The reporters of an application that closes without ever having started: those beans
 * that are there by then, since none can be created any more, and the log in any case.
 */
public final class LastReporters implements Supplier<List<TaskFailureReporter>> {

	private final ConfigurableListableBeanFactory beanFactory;

	/**
	 * Create a supplier.
	 * @param beanFactory where the reporters may be
	 */
	public LastReporters(ConfigurableListableBeanFactory beanFactory) {
		this.beanFactory = beanFactory;
	}

	@Override
	public List<TaskFailureReporter> get() {
		List<TaskFailureReporter> reporters = new ArrayList<>();
		reporters.add(new LoggingTaskFailureReporter());
		for (String name : this.beanFactory.getBeanNamesForType(TaskFailureReporter.class, true, false)) {
			if (this.beanFactory.getSingleton(name) instanceof TaskFailureReporter reporter
					&& !(reporter instanceof LoggingTaskFailureReporter)) {
				reporters.add(reporter);
			}
		}
		return reporters;
	}

}

package io.lifeguard.autoconfigure;

import io.lifeguard.library.CallErrors;
import io.lifeguard.library.DroppedErrors;
import io.lifeguard.library.JobErrors;
import io.lifeguard.library.ListenerErrors;
import io.lifeguard.library.MessageHandlerErrors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;

class LifeguardLibrariesAutoConfigurationTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner().withConfiguration(
			AutoConfigurations.of(LifeguardAutoConfiguration.class, LifeguardLibrariesAutoConfiguration.class));

	@Test
	void hasWhatEachLibraryNeeds() {
		this.runner.run((context) -> assertThat(context).hasSingleBean(DroppedErrors.class)
			.hasSingleBean(ListenerErrors.class)
			.hasSingleBean(JobErrors.class)
			.hasSingleBean(CallErrors.class)
			.hasBean("lifeguardErrorMessages")
			.doesNotHaveBean(MessageHandlerErrors.class));
	}

	@ParameterizedTest
	@CsvSource({ "reactor, lifeguardDroppedErrors", "org.springframework.jms, lifeguardListenerErrors",
			"org.quartz, lifeguardJobErrors", "org.springframework.scheduling.quartz, lifeguardJobErrors",
			"org.springframework.integration, lifeguardErrorMessages", "io.grpc, lifeguardCallErrors" })
	void startsWithoutALibrary(String library, String bean) {
		this.runner.withClassLoader(new FilteredClassLoader(library))
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(bean));
	}

	@Test
	void startsWithoutAny() {
		this.runner
			.withClassLoader(
					new FilteredClassLoader("reactor", "org.springframework.jms", "org.springframework.messaging",
							"org.springframework.web", "org.springframework.integration", "org.quartz", "io.grpc"))
			.run((context) -> assertThat(context).hasNotFailed()
				.doesNotHaveBean(DroppedErrors.class)
				.doesNotHaveBean("lifeguardErrorMessages"));
	}

	@Test
	void backsOffWhereNothingIsGuarded() {
		this.runner.withPropertyValues("lifeguard.enabled=false")
			.run((context) -> assertThat(context).doesNotHaveBean(DroppedErrors.class)
				.doesNotHaveBean(ListenerErrors.class)
				.doesNotHaveBean(JobErrors.class)
				.doesNotHaveBean("lifeguardErrorMessages"));
	}

}

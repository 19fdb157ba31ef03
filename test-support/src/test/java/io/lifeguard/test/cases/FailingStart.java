package io.lifeguard.test.cases;

import org.springframework.boot.CommandLineRunner;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;

/**
 * An application whose start submits what fails, while another test is running.
 */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
class FailingStart {

	@Bean
	ThreadPoolTaskExecutor mail() {
		return new ThreadPoolTaskExecutor();
	}

	@Bean
	CommandLineRunner submits(ThreadPoolTaskExecutor mail) {
		return (arguments) -> {
			Library.submitting(mail).run();
			Thread helper = new Thread(Library.submitting(mail));
			helper.start();
			helper.join();
		};
	}

}

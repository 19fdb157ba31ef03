package io.lifeguard.jdbc;

import java.sql.Connection;
import java.util.List;
import java.util.concurrent.Executor;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import io.lifeguard.autoconfigure.LifeguardAutoConfiguration;
import io.lifeguard.autoconfigure.LifeguardDataSourceAutoConfiguration;
import io.lifeguard.engine.pool.Pool;
import io.lifeguard.engine.pool.PoolRegistry;
import io.lifeguard.shop.Bookkeeping;
import io.lifeguard.shop.Errands;
import org.junit.jupiter.api.Test;

import org.springframework.boot.LazyInitializationBeanFactoryPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.datasource.DelegatingDataSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link ConnectionAdvice}, with a real pool of connections.
 */
class ConnectionAdviceTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(DataSourceAutoConfiguration.class, LifeguardAutoConfiguration.class,
				LifeguardDataSourceAutoConfiguration.class))
		.withPropertyValues("lifeguard.pools.mail.core-size=4", "lifeguard.pools.mail.threads=platform",
				"lifeguard.pools.mail.await-termination=0");

	@Test
	void namesThePropertyOfTheDataSource() {
		this.runner
			.withPropertyValues("spring.datasource.generate-unique-name=true",
					"spring.datasource.hikari.maximum-pool-size=2")
			.run((context) -> assertThat(adviceWhileTasksWait(context, 2)).containsExactly(
					"Up to 2 of its tasks were seen waiting for a connection: 4 of them run at once, and data source "
							+ "'dataSource' has no more than 2. Set spring.datasource.hikari.maximum-pool-size to 4, "
							+ "or the pool no more than 2 threads"));
	}

	@Test
	void namesThePropertyOfADataSourceOfTheApplicationsOwn() {
		this.runner.withUserConfiguration(OwnDataSource.class)
			.withPropertyValues("shop.ledgers.maximum-pool-size=1")
			.run((context) -> assertThat(adviceWhileTasksWait(context, 1)).containsExactly(
					"Up to 3 of its tasks were seen waiting for a connection: 4 of them run at once, and data source "
							+ "'ledgers' has no more than 1. Set shop.ledgers.maximum-pool-size to 4, "
							+ "or the pool no more than 1 thread"));
	}

	@Test
	void hasAnotherCureForADataSourceWithoutProperties() {
		this.runner.withUserConfiguration(WrappedDataSource.class)
			.run((context) -> assertThat(adviceWhileTasksWait(context, 2)).containsExactly(
					"Up to 2 of its tasks were seen waiting for a connection: 4 of them run at once, and data source "
							+ "'wrapped' has no more than 2. Give the data source 4 connections where it is made, "
							+ "or the pool no more than 2 threads"));
	}

	@Test
	void hasNoneForPoolsThatAreNoLargerThanTheirDataSource() {
		this.runner
			.withPropertyValues("spring.datasource.generate-unique-name=true",
					"spring.datasource.hikari.maximum-pool-size=3", "lifeguard.pools.mail.core-size=2",
					"lifeguard.pools.reports.core-size=2", "lifeguard.pools.reports.threads=platform")
			.run((context) -> {
				Bookkeeping bookkeeping = new Bookkeeping(context.getBean(DataSource.class));
				for (String name : List.of("mail", "mail", "reports", "reports")) {
					context.getBean(name, Executor.class).execute(bookkeeping::write);
				}
				PoolRegistry registry = context.getBean(PoolRegistry.class);
				await().until(() -> count(registry, "waitingGet") == 3 && count(registry, "getConnection") == 1);
				assertNone(context);
				bookkeeping.end();
			});
	}

	@Test
	void hasNoneWhereTasksWaitForSomethingElse() {
		this.runner
			.withPropertyValues("spring.datasource.generate-unique-name=true",
					"spring.datasource.hikari.maximum-pool-size=2")
			.run((context) -> {
				Errands errands = new Errands();
				Executor mail = context.getBean("mail", Executor.class);
				for (int i = 0; i < 4; i++) {
					mail.execute(errands::print);
				}
				PoolRegistry registry = context.getBean(PoolRegistry.class);
				await().until(() -> count(registry, "waitingGet") == 4);
				DataSource dataSource = context.getBean(DataSource.class);
				try (Connection first = dataSource.getConnection(); Connection second = dataSource.getConnection()) {
					assertNone(context);
				}
				errands.end();
			});
	}

	@Test
	void isGoneWithoutSupportForJdbcAndWithoutADataSource() {
		ApplicationContextRunner runner = new ApplicationContextRunner().withConfiguration(
				AutoConfigurations.of(LifeguardAutoConfiguration.class, LifeguardDataSourceAutoConfiguration.class));
		runner.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(ConnectionAdvice.class));
		runner.withClassLoader(new FilteredClassLoader("org.springframework.boot.jdbc"))
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(ConnectionAdvice.class));
	}

	@Test
	void makesNoDataSourceThatNobodyNeeds() {
		this.runner
			.withInitializer(
					(context) -> context.addBeanFactoryPostProcessor(new LazyInitializationBeanFactoryPostProcessor()))
			.run((context) -> {
				ConnectionAdvice advice = context.getBean(ConnectionAdvice.class);
				advice.look(System.nanoTime());
				assertThat(context.getBeanFactory().containsSingleton("dataSource")).isFalse();
			});
	}

	private static void assertNone(ApplicationContext context) {
		ConnectionAdvice advice = context.getBean(ConnectionAdvice.class);
		long now = System.nanoTime();
		for (int look = 0; look < ConnectionAdvice.LOOKS; look++) {
			advice.look(now);
		}
		for (Pool pool : context.getBean(PoolRegistry.class).pools()) {
			assertThat(advice.of(pool, now)).isEmpty();
		}
	}

	/**
	 * Let the four tasks of a pool want a connection each, and return the advice.
	 */
	private static List<String> adviceWhileTasksWait(ApplicationContext context, int connections) {
		PoolRegistry registry = context.getBean(PoolRegistry.class);
		Pool pool = registry.pool("mail");
		ConnectionAdvice advice = context.getBean(ConnectionAdvice.class);
		Bookkeeping bookkeeping = new Bookkeeping(context.getBean(DataSource.class));
		for (int i = 0; i < 4; i++) {
			context.getBean("mail", Executor.class).execute(bookkeeping::write);
		}
		try {
			await().until(() -> count(registry, "waitingGet") == connections
					&& count(registry, "getConnection") == 4 - connections);
			long now = System.nanoTime();
			for (int look = 0; look < ConnectionAdvice.LOOKS; look++) {
				assertThat(advice.of(pool, now)).isEmpty();
				advice.look(now);
			}
			assertThat(advice.of(pool, now + ConnectionAdvice.WINDOW)).hasSize(1);
			assertThat(advice.of(pool, now + ConnectionAdvice.WINDOW + 1)).isEmpty();
			for (int look = 0; look < ConnectionAdvice.LOOKS; look++) {
				advice.look(now);
			}
			return pool.advice().stream().filter((sentence) -> sentence.contains("connection")).toList();
		}
		finally {
			bookkeeping.end();
		}
	}

	private static long count(PoolRegistry registry, String method) {
		return registry.pools()
			.stream()
			.flatMap((pool) -> pool.runningTasks(true).stream())
			.filter((task) -> task.stack().toString().contains("." + method + "("))
			.count();
	}

	@Configuration(proxyBeanMethods = false)
	static class OwnDataSource {

		@Bean
		@ConfigurationProperties("shop.ledgers")
		HikariDataSource ledgers() {
			return hikari("own", 2);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class WrappedDataSource {

		@Bean
		DataSource wrapped() {
			return new DelegatingDataSource(hikari("wrapped", 2));
		}

	}

	private static HikariDataSource hikari(String name, int connections) {
		HikariDataSource dataSource = new HikariDataSource();
		dataSource.setJdbcUrl("jdbc:h2:mem:" + name);
		dataSource.setMaximumPoolSize(connections);
		return dataSource;
	}

}

package io.lifeguard.proxy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import io.lifeguard.autoconfigure.LifeguardAutoConfiguration;
import io.lifeguard.engine.pool.Guarded;
import io.lifeguard.engine.pool.Pool;
import io.lifeguard.engine.pool.PoolRegistry;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.aop.framework.ProxyFactory;
import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.FactoryBean;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.ConfigurableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ApplicationListener;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.annotation.Scope;
import org.springframework.context.annotation.ScopedProxyMode;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.support.SimpleThreadScope;
import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.scheduling.concurrent.ConcurrentTaskExecutor;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;
import org.springframework.util.ClassUtils;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ExecutorProxies} and {@link ExecutorGuardPostProcessor}.
 */
@ExtendWith(OutputCaptureExtension.class)
class ExecutorProxiesTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(LifeguardAutoConfiguration.class));

	@Test
	void keepsTypesThatCanBeSubclassed() {
		this.runner.withUserConfiguration(JdkPools.class).run((context) -> {
			assertThat(context).hasNotFailed();
			assertThat(context.getBean("pool")).isInstanceOf(ThreadPoolExecutor.class).isInstanceOf(Guarded.class);
			assertThat(context.getBean("scheduled")).isInstanceOf(ScheduledThreadPoolExecutor.class)
				.isInstanceOf(Guarded.class);
			assertThat(context.getBean("forkJoin")).isInstanceOf(ForkJoinPool.class).isInstanceOf(Guarded.class);
		});
	}

	@Test
	void standsBeforeWhatCannotBeSubclassed() throws Exception {
		this.runner.withUserConfiguration(JdkServices.class).run((context) -> {
			assertThat(context).hasNotFailed();
			for (String bean : List.of("single", "scheduled", "lambda", "finalClass", "unconfigurable")) {
				assertThat(context.getBean(bean)).as(bean).isInstanceOf(Guarded.class);
			}
			assertThat(context.getBean("single", ExecutorService.class).submit(() -> "done").get()).isEqualTo("done");
		});
	}

	@Test
	void callsTargetOfJdkClass() {
		this.runner.withUserConfiguration(JdkPools.class).run((context) -> {
			ThreadPoolExecutor pool = context.getBean("pool", ThreadPoolExecutor.class);
			assertThat(pool.submit(() -> "done").get()).isEqualTo("done");
			assertThat(pool.getCorePoolSize()).isEqualTo(2);
			assertThat(pool.getQueue()).isInstanceOf(LinkedBlockingQueue.class);
			assertThat(pool.getPoolSize()).isOne();
			assertThat(context.getBean(ForkJoinPool.class).getParallelism()).isEqualTo(2);
		});
	}

	@Test
	void letsFinalMethodsFindTheFieldsOfTheTarget() {
		this.runner.withUserConfiguration(SpringExecutors.class).run((context) -> {
			assertThat(context.getBean(SimpleAsyncTaskExecutor.class).getConcurrencyLimit()).isEqualTo(7);
			assertThat(context.getBean(ConcurrentTaskExecutor.class).getConcurrentExecutor())
				.isSameAs(SpringExecutors.DIRECT);
		});
	}

	@Test
	void hasAnIdentityOfItsOwn() {
		this.runner.withUserConfiguration(JdkPools.class).run((context) -> {
			Object pool = context.getBean("pool");
			Object target = context.getBean(PoolRegistry.class).pool("pool").executor();
			assertThat(context.getBean("pool")).isEqualTo(pool).isNotEqualTo(target).hasSameHashCodeAs(pool);
			assertThat(target).isNotEqualTo(pool);
		});
	}

	@Test
	void hearsOfTheEndOfTheContextOnce() {
		AtomicInteger heard = new AtomicInteger();
		this.runner.withBean("listening", ListeningExecutor.class, () -> new ListeningExecutor(heard))
			.run((context) -> context.close());
		assertThat(heard).hasValue(1);
	}

	@Test
	void startsStopsAndDestroysTheTargetOnce() {
		List<String> calls = new ArrayList<>();
		this.runner.withBean("recording", RecordingExecutor.class, () -> new RecordingExecutor(calls))
			.run((context) -> {
				assertThat(calls).containsExactly("initialize");
				calls.clear();
				context.close();
				assertThat(calls).containsExactly("stop", "shutdown");
			});
	}

	@Test
	void makesOneClassForAllBeansOfAClass() {
		ApplicationContextRunner five = this.runner;
		for (int i = 0; i < 5; i++) {
			five = five.withBean("executor" + i, SimpleAsyncTaskExecutor.class, SimpleAsyncTaskExecutor::new);
		}
		five.run((context) -> assertThat(context.getBeansOfType(SimpleAsyncTaskExecutor.class).values()).hasSize(5)
			.extracting((executor) -> (Object) executor.getClass())
			.containsOnly(context.getBean("executor0").getClass()));
	}

	@Test
	void usesTheClassThatWasPrepared() {
		ExecutorGuardPostProcessor.prepare(PreparedExecutor.class);
		List<Class<?>> prepared = generatedBeside(PreparedExecutor.class);
		assertThat(prepared).hasSize(1);
		this.runner.withBean("executor", PreparedExecutor.class, PreparedExecutor::new)
			.run((context) -> assertThat(prepared).containsExactly(context.getBean("executor").getClass()));
	}

	private static List<Class<?>> generatedBeside(Class<?> superclass) {
		return IntStream.range(0, 1000)
			.mapToObj((number) -> superclass.getName() + "$$Lifeguard$$" + number)
			.filter((name) -> ClassUtils.isPresent(name, superclass.getClassLoader()))
			.<Class<?>>map((name) -> ClassUtils.resolveClassName(name, superclass.getClassLoader()))
			.toList();
	}

	@Test
	void makesOneClassForAllClassesThatItCannotExtend() {
		// Or each restart of an application would add one to the loader of the libraries
		this.runner.withBean("one", ThreadPoolTaskExecutor.class, FinalExecutor::new)
			.withBean("other", ThreadPoolTaskExecutor.class, OtherFinalExecutor::new)
			.run((context) -> assertThat(context.getBean("one")).isInstanceOf(Guarded.class)
				.hasSameClassAs(context.getBean("other")));
	}

	@Test
	void keepsTheUserClassToBeFound() {
		this.runner.withUserConfiguration(SpringExecutors.class).run((context) -> {
			Object executor = context.getBean(SimpleAsyncTaskExecutor.class);
			assertThat(ClassUtils.getUserClass(executor)).isEqualTo(SimpleAsyncTaskExecutor.class);
			assertThat(executor.getClass().getClassLoader()).isSameAs(SimpleAsyncTaskExecutor.class.getClassLoader());
		});
	}

	@Test
	void warnsOfWhatCannotBeGuardedAndLeavesItWorking(CapturedOutput output) {
		this.runner.withUserConfiguration(FinalBean.class).run((context) -> {
			assertThat(context).hasNotFailed();
			FinalExecutor executor = context.getBean(FinalExecutor.class);
			assertThat(executor).isNotInstanceOf(Guarded.class);
			assertThat(executor.submit(() -> "done").get()).isEqualTo("done");
			assertThat(context.getBean(PoolRegistry.class).pool("finalExecutor")).isNull();
		});
		assertThat(output).containsOnlyOnce("stays unguarded").contains("'finalExecutor'");
	}

	@Test
	void leavesNoWayPastTheGuard(CapturedOutput output) {
		this.runner.withBean("closed", ClosedExecutor.class)
			.withBean("byInterface", Executor.class, ClosedExecutor::new)
			.withBean("bySuperclass", ThreadPoolTaskExecutor.class, () -> {
				ProxyFactory factory = new ProxyFactory(new ThreadPoolTaskExecutor());
				factory.setProxyTargetClass(true);
				return (ThreadPoolTaskExecutor) factory.getProxy();
			})
			.run((context) -> {
				assertThat(context.getBean("closed")).isNotInstanceOf(Guarded.class);
				for (String name : List.of("byInterface", "bySuperclass")) {
					context.getBean(name, Executor.class).execute(() -> {
					});
					Pool pool = context.getBean(PoolRegistry.class).pool(name);
					Awaitility.await().until(() -> pool.snapshot().tasks().succeeded() == 1);
				}
			});
		assertThat(output).containsOnlyOnce("stays unguarded")
			.contains("Executor bean 'closed' of type " + ClosedExecutor.class.getName()
					+ " stays unguarded: no proxy can be made of " + ClosedExecutor.class.getName()
					+ ": its method execute is final. Declare the bean by an interface");
	}

	@Test
	void guardsScopedTargetsAndNoScopedProxies() {
		this.runner.withUserConfiguration(Scoped.class).run((context) -> {
			Executor proxy = context.getBean("scoped", Executor.class);
			assertThat(AopUtils.isAopProxy(proxy)).isTrue();
			assertThat(context.getBean("scopedTarget.scoped")).isInstanceOf(Guarded.class);
			proxy.execute(() -> {
			});
			assertThat(context.getBean(PoolRegistry.class).pools()).extracting("name").containsExactly("scoped");
			assertThat(context.getBean(PoolRegistry.class).pool("scoped").snapshot().tasks().submitted()).isOne();
		});
	}

	@Test
	void countsPrototypesInOnePool() {
		this.runner.withUserConfiguration(Prototype.class).run((context) -> {
			Executor first = context.getBean("prototype", Executor.class);
			Executor second = context.getBean("prototype", Executor.class);
			assertThat(first).isNotSameAs(second);
			first.execute(() -> {
			});
			second.execute(() -> {
			});
			PoolRegistry registry = context.getBean(PoolRegistry.class);
			assertThat(registry.pools()).hasSize(1);
			assertThat(registry.pool("prototype").snapshot().tasks().submitted()).isEqualTo(2);
		});
	}

	@Test
	void countsPrototypesInOnePoolThatAreMadeAtTheSameTime() {
		this.runner.withUserConfiguration(Prototype.class).run((context) -> {
			PoolRegistry registry = context.getBean(PoolRegistry.class);
			ExecutorGuardFactory guards = context.getBean(ExecutorGuardFactory.class);
			ExecutorService threads = Executors.newFixedThreadPool(4);
			CyclicBarrier barrier = new CyclicBarrier(4);
			for (int i = 0; i < 100; i++) {
				String name = "prototype" + i;
				Callable<Pool> maker = () -> {
					barrier.await();
					return guards.guardBean(name, new SimpleAsyncTaskExecutor(), true).lifeguardPool();
				};
				for (Future<Pool> pool : threads.invokeAll(Collections.nCopies(4, maker))) {
					assertThat(pool.get()).isSameAs(registry.pool(name));
				}
			}
			threads.shutdown();
		});
	}

	@Test
	void guardsEarlyReferences() {
		this.runner.withAllowCircularReferences(true).withUserConfiguration(Circular.class).run((context) -> {
			assertThat(context).hasNotFailed();
			assertThat(context.getBean(User.class).executor).isInstanceOf(Guarded.class)
				.isSameAs(context.getBean(CircularExecutor.class));
		});
	}

	@Test
	void guardsProductsOfFactoryBeans() {
		this.runner.withBean("product", ExecutorFactory.class).run((context) -> {
			assertThat(context.getBean("product")).isInstanceOf(ThreadPoolExecutor.class).isInstanceOf(Guarded.class);
			assertThat(context.getBean("&product")).isNotInstanceOf(Guarded.class);
		});
	}

	@Test
	void guardsLazyInjectionOnce() {
		this.runner.withUserConfiguration(LazyPool.class, SpringExecutors.class)
			.run((context) -> assertThat(context).hasNotFailed());
	}

	@Configuration(proxyBeanMethods = false)
	static class JdkPools {

		@Bean
		ThreadPoolExecutor pool() {
			return new ThreadPoolExecutor(2, 2, 1, TimeUnit.MINUTES, new LinkedBlockingQueue<>());
		}

		@Bean
		ScheduledThreadPoolExecutor scheduled() {
			return new ScheduledThreadPoolExecutor(1);
		}

		@Bean
		ForkJoinPool forkJoin() {
			return new ForkJoinPool(2);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class JdkServices {

		@Bean
		ExecutorService single() {
			return Executors.newSingleThreadExecutor();
		}

		@Bean
		ScheduledExecutorService scheduled() {
			return Executors.newSingleThreadScheduledExecutor();
		}

		@Bean
		ExecutorService unconfigurable() {
			return Executors.unconfigurableExecutorService(Executors.newFixedThreadPool(1));
		}

		@Bean
		Executor lambda() {
			return Runnable::run;
		}

		@Bean
		Executor finalClass() {
			return new FinalPlain();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class SpringExecutors {

		static final Executor DIRECT = Runnable::run;

		@Bean
		SimpleAsyncTaskExecutor simple() {
			SimpleAsyncTaskExecutor executor = new SimpleAsyncTaskExecutor();
			executor.setConcurrencyLimit(7);
			return executor;
		}

		@Bean
		ConcurrentTaskExecutor concurrent() {
			return new ConcurrentTaskExecutor(DIRECT);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class FinalBean {

		@Bean
		FinalExecutor finalExecutor() {
			FinalExecutor executor = new FinalExecutor();
			executor.setCorePoolSize(1);
			return executor;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Scoped {

		@Bean
		static BeanFactoryPostProcessor threadScope() {
			return (factory) -> factory.registerScope("thread", new SimpleThreadScope());
		}

		@Bean
		@Scope(scopeName = "thread", proxyMode = ScopedProxyMode.TARGET_CLASS)
		SimpleAsyncTaskExecutor scoped() {
			return new SimpleAsyncTaskExecutor();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Prototype {

		@Bean
		@Scope(ConfigurableBeanFactory.SCOPE_PROTOTYPE)
		SimpleAsyncTaskExecutor prototype() {
			return new SimpleAsyncTaskExecutor();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class LazyPool {

		@Bean
		String user(@Lazy SimpleAsyncTaskExecutor executor) {
			executor.execute(() -> {
			});
			return "";
		}

	}

	@Configuration(proxyBeanMethods = false)
	@Import({ CircularExecutor.class, User.class })
	static class Circular {

	}

	static class CircularExecutor extends SimpleAsyncTaskExecutor {

		@Autowired
		User user;

	}

	static class User {

		@Autowired
		CircularExecutor executor;

	}

	static class ExecutorFactory implements FactoryBean<Executor> {

		@Override
		public Executor getObject() {
			return new ThreadPoolExecutor(1, 1, 1, TimeUnit.MINUTES, new LinkedBlockingQueue<>());
		}

		@Override
		public Class<?> getObjectType() {
			return Executor.class;
		}

	}

	static class ListeningExecutor extends SimpleAsyncTaskExecutor implements ApplicationListener<ContextClosedEvent> {

		private final AtomicInteger heard;

		ListeningExecutor(AtomicInteger heard) {
			this.heard = heard;
		}

		@Override
		public void onApplicationEvent(ContextClosedEvent event) {
			this.heard.incrementAndGet();
		}

	}

	static class RecordingExecutor extends ThreadPoolTaskExecutor {

		private final List<String> calls;

		RecordingExecutor(List<String> calls) {
			this.calls = calls;
		}

		@Override
		public void initialize() {
			this.calls.add("initialize");
			super.initialize();
		}

		@Override
		public void start() {
			this.calls.add("start");
			super.start();
		}

		@Override
		public void stop(Runnable callback) {
			this.calls.add("stop");
			super.stop(callback);
		}

		@Override
		public void shutdown() {
			this.calls.add("shutdown");
			super.shutdown();
		}

	}

	static class PreparedExecutor extends ThreadPoolTaskExecutor {

	}

	static class ClosedExecutor extends ThreadPoolTaskExecutor {

		@Override
		public final void execute(Runnable task) {
			super.execute(task);
		}

	}

	static final class FinalExecutor extends ThreadPoolTaskExecutor {

	}

	static final class OtherFinalExecutor extends ThreadPoolTaskExecutor {

	}

	static final class FinalPlain implements Executor {

		@Override
		public void execute(Runnable task) {
			task.run();
		}

	}

}

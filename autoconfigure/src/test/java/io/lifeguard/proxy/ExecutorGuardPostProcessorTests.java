package io.lifeguard.proxy;

import java.io.IOException;
import java.lang.module.ModuleFinder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

import javax.tools.ToolProvider;

import io.lifeguard.Handling;
import io.lifeguard.PoolHealth;
import io.lifeguard.autoconfigure.LifeguardAutoConfiguration;
import io.lifeguard.engine.pool.Guarded;
import io.lifeguard.engine.pool.Pool;
import io.lifeguard.engine.pool.PoolRegistry;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.aop.scope.ScopedObject;
import org.springframework.beans.BeanUtils;
import org.springframework.beans.factory.ObjectFactory;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Scope;
import org.springframework.context.annotation.ScopedProxyMode;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.context.support.SimpleThreadScope;
import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.scheduling.concurrent.ConcurrentTaskExecutor;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;
import org.springframework.util.ClassUtils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for the proxies that stand in for executor beans.
 */
@ExtendWith(OutputCaptureExtension.class)
class ExecutorGuardPostProcessorTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(LifeguardAutoConfiguration.class));

	@Test
	void guardsPoolsOfTheJdkByTheirOwnClass() {
		this.runner.withUserConfiguration(JdkPools.class, Client.class).run((context) -> {
			Client client = context.getBean(Client.class);
			for (ExecutorService pool : List.of(client.threadPool, client.scheduled, client.forkJoin)) {
				assertThat(pool).isInstanceOf(Guarded.class);
				assertThat(pool.submit(() -> "result").get()).isEqualTo("result");
			}
			assertThat(client.threadPool.getCorePoolSize()).isEqualTo(3);
			assertThat(client.scheduled.getCorePoolSize()).isEqualTo(2);
			assertThat(client.forkJoin.getParallelism()).isEqualTo(4);
			assertThat(client.scheduled.schedule(() -> "later", 1, TimeUnit.MILLISECONDS).get()).isEqualTo("later");
		});
	}

	@ParameterizedTest
	@ValueSource(strings = { "lambda", "finalClass", "delegated", "delegatedScheduled", "nestedPrivate" })
	void guardsByInterfacesWhatCannotBeSubclassed(String name) {
		this.runner.withUserConfiguration(Interfaces.class).run((context) -> {
			Executor executor = context.getBean(name, Executor.class);
			assertThat(executor).isInstanceOf(Guarded.class);
			AtomicBoolean ran = new AtomicBoolean();
			executor.execute(() -> ran.set(true));
			Awaitility.await().untilTrue(ran);
			assertThat(((Guarded) executor).lifeguardPool().name()).isEqualTo(name);
		});
	}

	@Test
	void guardsPackagePrivateClassAndKeepsItsName() {
		this.runner.withBean("pool", Recording.class).run((context) -> {
			Recording pool = context.getBean(Recording.class);
			assertThat(pool).isInstanceOf(Guarded.class);
			assertThat(pool.getClass().getName()).startsWith(Recording.class.getName() + "$$");
			assertThat(ClassUtils.getUserClass(pool)).isEqualTo(Recording.class);
			assertThat(pool.submit(() -> "result").get()).isEqualTo("result");
			assertThat(pool.getThreadPoolExecutor().getTaskCount()).isEqualTo(1);
		});
	}

	@Test
	void letsFinalMethodsFindTheFieldsOfTheExecutor() {
		ExecutorService jdk = Executors.newSingleThreadExecutor();
		this.runner.withBean("simple", SimpleAsyncTaskExecutor.class, () -> {
			SimpleAsyncTaskExecutor simple = new SimpleAsyncTaskExecutor();
			simple.setConcurrencyLimit(7);
			return simple;
		}).withBean("adapter", ConcurrentTaskExecutor.class, () -> new ConcurrentTaskExecutor(jdk)).run((context) -> {
			assertThat(context.getBean(SimpleAsyncTaskExecutor.class)).isInstanceOf(Guarded.class)
				.extracting(SimpleAsyncTaskExecutor::getConcurrencyLimit)
				.isEqualTo(7);
			assertThat(context.getBean(ConcurrentTaskExecutor.class)).isInstanceOf(Guarded.class)
				.extracting(ConcurrentTaskExecutor::getConcurrentExecutor)
				.isSameAs(jdk);
		});
		jdk.shutdownNow();
	}

	@Test
	void givesAnExecutorCompletionServiceGuardedFutures() {
		this.runner.withUserConfiguration(JdkPools.class).run((context) -> {
			ThreadPoolExecutor pool = context.getBean("threadPool", ThreadPoolExecutor.class);
			ExecutorCompletionService<String> service = new ExecutorCompletionService<>(pool);
			service.submit(failing());
			Future<String> failed = service.take();
			assertThatExceptionOfType(ExecutionException.class).isThrownBy(failed::get)
				.withCauseInstanceOf(IllegalStateException.class);
			Awaitility.await()
				.untilAsserted(() -> assertThat(((Guarded) pool).lifeguardPool().failures(Handling.OBSERVED)).isOne());
		});
	}

	@ParameterizedTest
	@ValueSource(strings = { "threadPool", "lambda", "equal" })
	void hasAnIdentityOfItsOwn(String name) {
		this.runner.withUserConfiguration(JdkPools.class, Interfaces.class)
			.withBean("equal", Equal.class)
			.run((context) -> {
				Object proxy = context.getBean(name);
				Object original = ((Guarded) proxy).lifeguardPool().executor();
				assertThat(proxy).isNotSameAs(original).isNotEqualTo(original).isEqualTo(proxy);
				assertThat(proxy.hashCode()).isEqualTo(System.identityHashCode(proxy));
			});
	}

	@Test
	void closesOnceAndOnTheOriginal() {
		List<String> calls = new CopyOnWriteArrayList<>();
		this.runner.withBean("pool", Recording.class).run((context) -> {
			Recording pool = context.getBean(Recording.class);
			pool.calls.clear();
			context.getSourceApplicationContext().close();
			calls.addAll(pool.calls);
		});
		assertThat(calls).containsExactly("ContextClosedEvent on Recording", "stop on Recording",
				"destroy on Recording");
	}

	@Test
	void startsOnceAndOnTheOriginal() {
		this.runner.withBean("pool", Recording.class)
			.run((context) -> assertThat(context.getBean(Recording.class).calls)
				.containsExactly("initialize on Recording"));
	}

	@Test
	void generatesOneClassForAClassOfBeans() {
		Set<Class<?>> types = new HashSet<>();
		ApplicationContextRunner five = this.runner;
		for (int i = 0; i < 5; i++) {
			five = five.withBean("pool" + i, Recording.class)
				.withBean("jdk" + i, ThreadPoolExecutor.class, ExecutorGuardPostProcessorTests::threadPool);
		}
		for (int i = 0; i < 2; i++) {
			five.run((context) -> {
				assertThat(context.getBeansOfType(Recording.class)).hasSize(5);
				context.getBeansOfType(Executor.class).values().forEach((pool) -> types.add(pool.getClass()));
			});
		}
		assertThat(types).hasSize(2).allMatch(Guarded.class::isAssignableFrom);
		assertThat(types).extracting(Class::getClassLoader).containsOnly(Recording.class.getClassLoader());
	}

	@Test
	void isOfTheMostSpecificClassThatFits(CapturedOutput output) {
		this.runner.withUserConfiguration(FinalPools.class).run((context) -> {
			Executor pool = context.getBean("byParent", Executor.class);
			assertThat(pool).isInstanceOf(Guarded.class).isInstanceOf(Recording.class).isNotInstanceOf(FinalPool.class);
			assertThat(((Guarded) pool).lifeguardPool().executor()).isInstanceOf(FinalPool.class);
			assertThat(output).doesNotContain("'byParent'");
		});
	}

	@Test
	void leavesAFinalClassThatIsWantedItselfAndSaysSoOnce(CapturedOutput output) {
		this.runner.withUserConfiguration(FinalPools.class).run((context) -> {
			FinalPool pool = context.getBean("byItself", FinalPool.class);
			assertUnguardedButWorking(context, "byItself", pool, output);
		});
	}

	@Test
	void leavesASealedClassThatIsWantedItselfAndSaysSoOnce(CapturedOutput output) {
		this.runner.withBean("sealed", Sealed.class)
			.run((context) -> assertUnguardedButWorking(context, "sealed", context.getBean(Sealed.class), output));
	}

	@Test
	void leavesAClassOfAClosedModuleThatIsWantedItselfAndSaysSoOnce(@TempDir Path directory, CapturedOutput output)
			throws Exception {
		Class<? extends ThreadPoolExecutor> type = closedPool(directory);
		this.runner.withInitializer((context) -> register(context, type, type))
			.run((context) -> assertUnguardedButWorking(context, "closed", context.getBean("closed", type), output));
	}

	@Test
	void guardsAClassOfAClosedModuleByWhatElseIsWanted(@TempDir Path directory, CapturedOutput output)
			throws Exception {
		Class<? extends ThreadPoolExecutor> type = closedPool(directory);
		for (Class<?> wanted : List.of(ThreadPoolExecutor.class, ExecutorService.class)) {
			this.runner.withInitializer((context) -> register(context, wanted, type)).run((context) -> {
				Object pool = context.getBean("closed", wanted);
				assertThat(pool).isInstanceOf(Guarded.class).isInstanceOf(ThreadPoolExecutor.class);
				assertThat(((ExecutorService) pool).submit(() -> "result").get()).isEqualTo("result");
			});
		}
		assertThat(output).doesNotContain("unguarded");
	}

	@Test
	void guardsScopedTargetsAndNotTheirProxies() {
		this.runner
			.withInitializer((context) -> context.getBeanFactory().registerScope("thread", new SimpleThreadScope()))
			.withUserConfiguration(Scoped.class)
			.run((context) -> {
				assertThat(context.getBean("scoped")).isInstanceOf(ScopedObject.class).isInstanceOf(Recording.class);
				assertThat(context.getBean("scoped", Recording.class).submit(() -> "result").get()).isEqualTo("result");
				assertThat(context.getBean("scopedTarget.scoped")).isInstanceOf(Guarded.class)
					.isNotInstanceOf(ScopedObject.class);
				assertThat(poolNames(context)).containsExactly("scoped");
				context.getBean("scoped", Recording.class).shutdown();
			});
	}

	@Test
	void namesOnePoolForAllPrototypes() {
		this.runner.withUserConfiguration(Scoped.class)
			.withInitializer((context) -> context.getBeanFactory().registerScope("thread", new SimpleThreadScope()))
			.run((context) -> {
				Recording first = context.getBean("prototype", Recording.class);
				Recording second = context.getBean("prototype", Recording.class);
				assertThat(first).isNotSameAs(second);
				assertThat(first).isInstanceOf(Guarded.class);
				assertThat(second).isInstanceOf(Guarded.class);
				assertThat(poolNames(context)).containsExactly("prototype");
				first.shutdown();
				second.shutdown();
			});
	}

	@Test
	void looksAtAllPrototypesOfAPoolWhicheverOfThemIsClosed() {
		this.runner.withUserConfiguration(Scoped.class)
			.withInitializer((context) -> context.getBeanFactory().registerScope("thread", new SimpleThreadScope()))
			.run((context) -> {
				Recording first = context.getBean("prototype", Recording.class);
				Recording second = context.getBean("prototype", Recording.class);
				first.shutdown();
				CountDownLatch release = new CountDownLatch(1);
				second.execute(() -> Awaitility.await().until(() -> release.getCount() == 0));
				Future<?> waiting = second.submit(() -> {
				});
				Pool pool = context.getBean(PoolRegistry.class).pool("prototype");
				assertThat(pool.snapshot().tasks().lost()).isZero();
				waiting.cancel(false);
				assertThat(pool.snapshot().tasks().cancelled()).isOne();
				awaitLooks(context);
				assertThat(pool.health().status()).isEqualTo(PoolHealth.Status.UP);
				release.countDown();
				second.shutdown();
			});
	}

	@Test
	void knowsThatAPoolCloses() {
		EndingScope scope = new EndingScope();
		this.runner.withUserConfiguration(Scoped.class)
			.withInitializer((context) -> context.getBeanFactory().registerScope("thread", scope))
			.run((context) -> {
				context.getBean("scoped", Recording.class).submit(() -> {
				}).get();
				scope.end();
				Pool pool = context.getBean(PoolRegistry.class).pool("scoped");
				awaitLooks(context);
				assertThat(pool.health().status()).isEqualTo(PoolHealth.Status.UP);
			});
	}

	/**
	 * Wait until all pools have been looked at again: the last one of them was closed
	 * behind the application's back, and is known to be down.
	 */
	private static void awaitLooks(ApplicationContext context) {
		ExecutorService other = Executors.newFixedThreadPool(1);
		other.shutdown();
		Pool down = context.getBean(PoolRegistry.class).register("zzz", other);
		Awaitility.await().until(() -> down.health().status() == PoolHealth.Status.DOWN);
	}

	@Test
	void guardsEarlyReferences() {
		this.runner.withAllowCircularReferences(true)
			.withBean("pool", Circular.class)
			.withBean(CircularClient.class)
			.run((context) -> {
				Circular pool = context.getBean(Circular.class);
				assertThat(pool).isInstanceOf(Guarded.class);
				assertThat(context.getBean(CircularClient.class).pool).isSameAs(pool);
				assertThat(pool.submit(() -> "result").get()).isEqualTo("result");
				assertThat(pool.user()).isSameAs(context.getBean(CircularClient.class));
			});
	}

	private static void assertUnguardedButWorking(ApplicationContext context, String name, Executor executor,
			CapturedOutput output) {
		AtomicBoolean ran = new AtomicBoolean();
		executor.execute(() -> ran.set(true));
		Awaitility.await().untilTrue(ran);
		assertThat(executor).isNotInstanceOf(Guarded.class);
		assertThat(poolNames(context)).doesNotContain(name);
		assertThat(output)
			.containsOnlyOnce("Executor bean '" + name + "' of type " + executor.getClass().getName()
					+ " stays unguarded: no proxy can be made of " + executor.getClass().getName())
			.contains("Declare the bean by an interface, such as Executor, or open its class to have it guarded");
	}

	private static List<String> poolNames(ApplicationContext context) {
		return context.getBean(PoolRegistry.class).pools().stream().map(Pool::name).toList();
	}

	private static Callable<String> failing() {
		return () -> {
			throw new IllegalStateException("expected");
		};
	}

	private static ThreadPoolExecutor threadPool() {
		return new ThreadPoolExecutor(3, 3, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>());
	}

	@SuppressWarnings("unchecked")
	private static <T> void register(ConfigurableApplicationContext context, Class<T> wanted,
			Class<? extends ThreadPoolExecutor> type) {
		((GenericApplicationContext) context).registerBean("closed", wanted,
				(Supplier<T>) () -> (T) BeanUtils.instantiateClass(type));
	}

	/**
	 * Return a class of a module that exports it and opens nothing.
	 */
	private static Class<? extends ThreadPoolExecutor> closedPool(Path directory) throws IOException {
		Path module = directory.resolve("module-info.java");
		Files.writeString(module, "module closed { exports closed; }");
		Path source = Files.createDirectory(directory.resolve("closed")).resolve("ClosedPool.java");
		Files.writeString(source, """
				package closed;
				import java.util.concurrent.*;
				public class ClosedPool extends ThreadPoolExecutor {
					public ClosedPool() {
						super(1, 1, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>());
					}
				}
				""");
		Path classes = directory.resolve("classes");
		assertThat(ToolProvider.getSystemJavaCompiler()
			.run(null, null, null, "-d", classes.toString(), module.toString(), source.toString())).isZero();
		ModuleLayer parent = ModuleLayer.boot();
		var configuration = parent.configuration()
			.resolve(ModuleFinder.of(classes), ModuleFinder.of(), Set.of("closed"));
		try {
			return parent
				.defineModulesWithOneLoader(configuration, ExecutorGuardPostProcessorTests.class.getClassLoader())
				.findLoader("closed")
				.loadClass("closed.ClosedPool")
				.asSubclass(ThreadPoolExecutor.class);
		}
		catch (ClassNotFoundException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@Configuration(proxyBeanMethods = false)
	static class JdkPools {

		@Bean
		ThreadPoolExecutor threadPool() {
			return ExecutorGuardPostProcessorTests.threadPool();
		}

		@Bean
		ScheduledThreadPoolExecutor scheduled() {
			return new ScheduledThreadPoolExecutor(2);
		}

		@Bean
		ForkJoinPool forkJoin() {
			return new ForkJoinPool(4);
		}

	}

	static class Client {

		private final ThreadPoolExecutor threadPool;

		private final ScheduledThreadPoolExecutor scheduled;

		private final ForkJoinPool forkJoin;

		Client(@Qualifier("threadPool") ThreadPoolExecutor threadPool, ScheduledThreadPoolExecutor scheduled,
				ForkJoinPool forkJoin) {
			this.threadPool = threadPool;
			this.scheduled = scheduled;
			this.forkJoin = forkJoin;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Interfaces {

		@Bean
		Executor lambda() {
			return (task) -> task.run();
		}

		@Bean
		Executor finalClass() {
			return new FinalExecutor();
		}

		@Bean
		ExecutorService delegated() {
			return Executors.newSingleThreadExecutor();
		}

		@Bean
		ScheduledExecutorService delegatedScheduled() {
			return Executors.newSingleThreadScheduledExecutor();
		}

		@Bean
		Executor nestedPrivate() {
			return new NestedPrivate();
		}

	}

	static final class FinalExecutor implements Executor {

		@Override
		public void execute(Runnable task) {
			task.run();
		}

	}

	private static class NestedPrivate implements Executor {

		@Override
		public void execute(Runnable task) {
			task.run();
		}

	}

	static sealed class Sealed implements Executor permits SealedChild {

		@Override
		public void execute(Runnable task) {
			task.run();
		}

	}

	static final class SealedChild extends Sealed {

	}

	static class Equal implements Executor {

		@Override
		public void execute(Runnable task) {
			task.run();
		}

		@Override
		public boolean equals(Object other) {
			return other instanceof Equal;
		}

		@Override
		public int hashCode() {
			return 1;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class FinalPools {

		@Bean
		Recording byParent() {
			return new FinalPool();
		}

		@Bean
		FinalPool byItself() {
			return new FinalPool();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Scoped {

		@Bean
		@Scope(scopeName = "thread", proxyMode = ScopedProxyMode.TARGET_CLASS)
		Recording scoped() {
			return new Recording();
		}

		@Bean
		@Scope(BeanDefinition.SCOPE_PROTOTYPE)
		Recording prototype() {
			return new Recording();
		}

	}

	/**
	 * A scope of one bean that ends before its application.
	 */
	private static final class EndingScope implements org.springframework.beans.factory.config.Scope {

		private Object bean;

		private Runnable destruction;

		@Override
		public Object get(String name, ObjectFactory<?> factory) {
			if (this.bean == null) {
				this.bean = factory.getObject();
			}
			return this.bean;
		}

		@Override
		public Object remove(String name) {
			return this.bean;
		}

		@Override
		public void registerDestructionCallback(String name, Runnable callback) {
			this.destruction = callback;
		}

		void end() {
			this.destruction.run();
		}

	}

	static class Recording extends ThreadPoolTaskExecutor {

		final List<String> calls = new ArrayList<>();

		@Override
		public void initialize() {
			record("initialize");
			super.initialize();
		}

		@Override
		public void onApplicationEvent(ContextClosedEvent event) {
			record("ContextClosedEvent");
			super.onApplicationEvent(event);
		}

		@Override
		public void stop(Runnable callback) {
			record("stop");
			super.stop(callback);
		}

		@Override
		public void destroy() {
			record("destroy");
			super.destroy();
		}

		private void record(String call) {
			this.calls.add(call + " on " + getClass().getSimpleName());
		}

	}

	static final class FinalPool extends Recording {

	}

	static class Circular extends ThreadPoolTaskExecutor {

		@Autowired
		private CircularClient user;

		final CircularClient user() {
			return this.user;
		}

	}

	static class CircularClient {

		@Autowired
		private Circular pool;

	}

}

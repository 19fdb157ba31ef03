package io.lifeguard.autoconfigure;

import java.io.IOException;
import java.io.InputStream;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.preinitialize.BackgroundPreinitializer;
import org.springframework.core.io.support.SpringFactoriesLoader;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link LifeguardPreinitializer}.
 */
class LifeguardPreinitializerTests {

	@Test
	void isFoundBySpringBoot() {
		assertThat(SpringFactoriesLoader.forDefaultResourceLocation().load(BackgroundPreinitializer.class))
			.hasAtLeastOneElementOfType(LifeguardPreinitializer.class);
	}

	@Test
	void loadsWhatTheFirstPoolNeeds() throws Exception {
		Loader loader = new Loader("no library");
		preinitialize(loader);
		assertThat(loader.loaded).contains("io.lifeguard.engine.pool.PoolRegistry", "io.lifeguard.engine.pool.Pool",
				"io.lifeguard.engine.task.RunningTasks", "io.lifeguard.metrics.PoolMetrics",
				"io.lifeguard.actuate.PoolsEndpoint", "io.lifeguard.sentry.SentryTaskFailureReporter");
	}

	@Test
	void makesTheProxyClassOfTheUsualExecutor() throws Exception {
		Loader loader = new Loader("no library");
		preinitialize(loader);
		assertThat(loader.findLoaded(ThreadPoolTaskExecutor.class.getName() + "$$Lifeguard$$0")).isNotNull();
	}

	@Test
	void doesWithoutLibrariesThatAreAbsent() throws Exception {
		Loader loader = new Loader("io.sentry.");
		preinitialize(loader);
		assertThat(loader.loaded).contains("io.lifeguard.engine.pool.Pool", "io.lifeguard.proxy.ProxyClass");
		assertThat(loader.findLoaded(ThreadPoolTaskExecutor.class.getName() + "$$Lifeguard$$0")).isNotNull();
	}

	private static void preinitialize(Loader loader) throws Exception {
		var constructor = loader.loadClass(LifeguardPreinitializer.class.getName()).getDeclaredConstructor();
		constructor.setAccessible(true);
		((BackgroundPreinitializer) constructor.newInstance()).preinitialize();
	}

	/**
	 * Loads the guard's classes and the executors anew, remembers their names, and hides
	 * a library.
	 */
	private static final class Loader extends ClassLoader {

		private final Set<String> loaded = ConcurrentHashMap.newKeySet();

		private final String hidden;

		Loader(String hidden) {
			super(LifeguardPreinitializerTests.class.getClassLoader());
			this.hidden = hidden;
		}

		@Override
		protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
			if (name.startsWith(this.hidden)) {
				throw new ClassNotFoundException(name);
			}
			if (!name.startsWith("io.lifeguard.") && !name.startsWith("org.springframework.scheduling.")) {
				return super.loadClass(name, resolve);
			}
			synchronized (getClassLoadingLock(name)) {
				Class<?> present = findLoadedClass(name);
				return (present != null) ? present : define(name);
			}
		}

		Class<?> findLoaded(String name) {
			return findLoadedClass(name);
		}

		private Class<?> define(String name) throws ClassNotFoundException {
			try (InputStream bytes = getParent().getResourceAsStream(name.replace('.', '/') + ".class")) {
				if (bytes == null) {
					throw new ClassNotFoundException(name);
				}
				byte[] content = bytes.readAllBytes();
				this.loaded.add(name);
				return defineClass(name, content, 0, content.length);
			}
			catch (IOException ex) {
				throw new ClassNotFoundException(name, ex);
			}
		}

	}

}

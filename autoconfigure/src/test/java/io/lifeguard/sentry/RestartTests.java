package io.lifeguard.sentry;

import java.io.IOException;
import java.io.InputStream;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import io.lifeguard.shop.RestartedApplication;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Restarts an application in a JVM of its own, each time in a class loader of its own
 * beneath that of the libraries, as dev tools do.
 */
class RestartTests {

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void leavesNoClassLoaderBehind(boolean guarded) throws Exception {
		try (SentryReceiver sentry = SentryReceiver.start()) {
			Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
					"-XX:TieredStopAtLevel=1", "-XX:SoftRefLRUPolicyMSPerMB=0", "-cp",
					System.getProperty("java.class.path"), Restarter.class.getName(),
					"--spring.main.web-application-type=none", "--spring.main.banner-mode=off",
					"--logging.level.root=OFF", "--sentry.dsn=" + sentry.dsn(), "--sentry.flush-timeout-millis=100",
					"--lifeguard.enabled=" + guarded)
				.redirectErrorStream(true)
				.start();
			String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
			assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
			assertThat(output).contains("Loaders left: 0 of 3");
			assertThat(sentry.events()).isNotEmpty();
		}
	}

	/**
	 * Runs the application on the class path first, since Spring keeps the loader of the
	 * first application it sees, and last, since Sentry keeps that of the last one.
	 */
	static final class Restarter {

		public static void main(String[] arguments) throws Exception {
			RestartedApplication.main(arguments);
			ReferenceQueue<ClassLoader> freed = new ReferenceQueue<>();
			List<WeakReference<ClassLoader>> loaders = new ArrayList<>();
			for (int i = 0; i < 3; i++) {
				loaders.add(new WeakReference<>(restart(arguments), freed));
			}
			RestartedApplication.main(arguments);
			int left = loaders.size();
			for (int i = 0; i < 100 && left > 0; i++) {
				System.gc();
				left -= (freed.remove(50) != null) ? 1 : 0;
			}
			System.out.println("Loaders left: " + left + " of " + loaders.size());
			System.exit(0);
		}

		private static ClassLoader restart(String[] arguments) throws Exception {
			ClassLoader loader = new ApplicationClassLoader();
			Thread application = new Thread(() -> {
				try {
					loader.loadClass(RestartedApplication.class.getName())
						.getMethod("main", String[].class)
						.invoke(null, (Object) arguments);
				}
				catch (ReflectiveOperationException ex) {
					throw new IllegalStateException(ex);
				}
			});
			application.setContextClassLoader(loader);
			application.start();
			application.join();
			return loader;
		}

	}

	/**
	 * Has the application's classes anew, and all others from its parent.
	 */
	private static final class ApplicationClassLoader extends ClassLoader {

		ApplicationClassLoader() {
			super("application", RestartTests.class.getClassLoader());
		}

		@Override
		protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
			if (!name.startsWith(RestartedApplication.class.getPackageName() + ".")) {
				return super.loadClass(name, resolve);
			}
			synchronized (getClassLoadingLock(name)) {
				Class<?> loaded = findLoadedClass(name);
				return (loaded != null) ? loaded : findClass(name);
			}
		}

		@Override
		protected Class<?> findClass(String name) throws ClassNotFoundException {
			try (InputStream in = getResourceAsStream(name.replace('.', '/') + ".class")) {
				if (in == null) {
					throw new ClassNotFoundException(name);
				}
				byte[] bytes = in.readAllBytes();
				return defineClass(name, bytes, 0, bytes.length);
			}
			catch (IOException ex) {
				throw new ClassNotFoundException(name, ex);
			}
		}

	}

}

package io.lifeguard.benchmarks;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import com.sun.management.OperatingSystemMXBean;
import io.lifeguard.engine.pool.PoolRegistry;

import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.Banner;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.task.ThreadPoolTaskExecutorBuilder;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;
import org.springframework.util.ClassUtils;

/**
 * Starts a web application with Actuator, Prometheus and Sentry again and again, in turn
 * with and without Lifeguard on its class path, and prints what Lifeguard adds to its
 * start time and to the memory it uses.
 */
public final class StartUp {

	private static final int STARTS = Integer.getInteger("starts", 20);

	/**
	 * Whether both starts of a pair go on at the same time, each on one processor alone:
	 * where the machine wobbles, it does so for both.
	 */
	private static final boolean PINNED = Boolean.getBoolean("pinned");

	/**
	 * Whether Valgrind counts the instructions of a start, which are the same each time,
	 * instead of measuring how long it takes.
	 */
	private static final boolean COUNTED = Boolean.getBoolean("counted");

	private StartUp() {
	}

	/**
	 * Start applications, or be one of them.
	 */
	public static void main(String... args) throws Exception {
		if (args.length > 0) {
			start(Integer.parseInt(args[0]));
			return;
		}
		int[] executors = Arrays.stream(System.getProperty("executors", "1,20,200").split(","))
			.mapToInt(Integer::parseInt)
			.toArray();
		if (COUNTED) {
			System.out.println("| Executors | Instructions without | Added |");
			System.out.println("|---|---|---|");
			for (int number : executors) {
				count(number);
			}
		}
		else {
			System.out.println("| Executors | Without | Added | Added a pool | CPU time | Added | Added memory |");
			System.out.println("|---|---|---|---|---|---|---|");
			for (int number : executors) {
				compare(number);
			}
		}
	}

	private static void count(int executors) throws Exception {
		long before = instructions(executors, false);
		long more = instructions(executors, true) - before;
		System.out.printf(Locale.ROOT, "| %d | %,d million | %,d million, %.1f %% |%n", executors, before / 1_000_000,
				more / 1_000_000, 100.0 * more / before);
	}

	/**
	 * Return how many instructions a start takes with all that differs from one time to
	 * the next left out: compilation in the background, collections, a second processor.
	 */
	private static long instructions(int executors, boolean guarded) throws Exception {
		Path counts = Files.createTempFile("start", ".cachegrind");
		try {
			Process process = new ProcessBuilder(command(executors, guarded,
					List.of("valgrind", "--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file=" + counts,
							"--smc-check=all-non-file"),
					List.of("-Dcounted=true", "-Xbatch", "-XX:TieredStopAtLevel=1", "-XX:ActiveProcessorCount=1",
							"-XX:+UseSerialGC", "-Xms1g", "-Xmx1g", "-Xmn700m", "-XX:MetaspaceSize=256m",
							"-XX:+DisableExplicitGC", "-XX:-UsePerfData")))
				.redirectErrorStream(true)
				.redirectOutput(ProcessBuilder.Redirect.DISCARD)
				.start();
			if (process.waitFor() != 0) {
				throw new IllegalStateException("valgrind ended with " + process.exitValue());
			}
			try (Stream<String> lines = Files.lines(counts)) {
				return lines.filter((line) -> line.startsWith("summary:"))
					.mapToLong((line) -> Long.parseLong(line.split(" ", -1)[1]))
					.sum();
			}
		}
		finally {
			Files.delete(counts);
		}
	}

	private static void compare(int executors) throws Exception {
		List<Measure> without = new ArrayList<>();
		List<Measure> added = new ArrayList<>();
		measure(launch(executors, true, 0)); // warms the file cache
		for (int i = 0; i < STARTS; i++) {
			// Each side is the first one of every other pair
			boolean guardedFirst = i % 2 == 1;
			Process first = launch(executors, guardedFirst, 0);
			if (!PINNED) {
				first.waitFor();
			}
			Process second = launch(executors, !guardedFirst, 1);
			Measure one = measure(first);
			Measure other = measure(second);
			Measure before = guardedFirst ? other : one;
			without.add(before);
			added.add((guardedFirst ? one : other).minus(before));
		}
		System.out.printf(Locale.ROOT, "| %d | %s | %s | %.2f ms | %s | %s | %,.0f kB |%n", executors,
				before(without, Measure::millis), added(added, without, Measure::millis),
				typical(added, Measure::millis) / executors, before(without, Measure::cpuMillis),
				added(added, without, Measure::cpuMillis), typical(added, Measure::kilobytes));
	}

	private static String before(List<Measure> without, ToLongFunction<Measure> figure) {
		return String.format(Locale.ROOT, "%,.0f ms", typical(without, figure));
	}

	private static String added(List<Measure> added, List<Measure> without, ToLongFunction<Measure> figure) {
		double unit = typical(without, figure) / 100;
		double more = typical(added, figure);
		double error = standardError(added, figure);
		return String.format(Locale.ROOT, "%,.0f ± %,.0f ms, %.1f ± %.1f %%", more, error, more / unit, error / unit);
	}

	/**
	 * Return how far from the truth the mean of the measures may be: two times out of
	 * three it is closer.
	 */
	private static double standardError(List<Measure> measures, ToLongFunction<Measure> figure) {
		double mean = measures.stream().mapToLong(figure).average().orElseThrow();
		double squares = measures.stream()
			.mapToDouble((measure) -> Math.pow(figure.applyAsLong(measure) - mean, 2))
			.sum();
		return Math.sqrt(squares / (measures.size() - 1) / measures.size());
	}

	/**
	 * Return the mean of the middle half: of pairs of starts one after the other, so that
	 * neither an outlier nor a machine that slows down counts.
	 */
	private static double typical(List<Measure> measures, ToLongFunction<Measure> figure) {
		int quarter = measures.size() / 4;
		return measures.stream()
			.mapToLong(figure)
			.sorted()
			.skip(quarter)
			.limit(measures.size() - 2L * quarter)
			.average()
			.orElseThrow();
	}

	private static Process launch(int executors, boolean guarded, int processor) throws IOException {
		List<String> prefix = PINNED ? List.of("taskset", "-c", String.valueOf(processor)) : List.of();
		return new ProcessBuilder(command(executors, guarded, prefix, List.of("-Xmx512m")))
			.redirectError(ProcessBuilder.Redirect.INHERIT)
			.start();
	}

	private static List<String> command(int executors, boolean guarded, List<String> prefix, List<String> options) {
		List<String> command = new ArrayList<>(prefix);
		command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
		command.addAll(options);
		command.addAll(List.of("-cp", classPath(guarded), StartUp.class.getName(), String.valueOf(executors)));
		return command;
	}

	private static Measure measure(Process process) throws IOException, InterruptedException {
		try (InputStream output = process.getInputStream()) {
			String[] numbers = new String(output.readAllBytes(), StandardCharsets.UTF_8).trim().split(" ", -1);
			return new Measure(Long.parseLong(numbers[0]), Long.parseLong(numbers[1]), Long.parseLong(numbers[2]));
		}
		finally {
			process.waitFor();
		}
	}

	/**
	 * Return the class path of this program, without the archives of Lifeguard where it
	 * is to be absent.
	 */
	private static String classPath(boolean guarded) {
		Path archive = Path.of(System.getProperty("java.class.path")).toAbsolutePath();
		File[] libraries = archive.resolveSibling("lib").toFile().listFiles();
		if (libraries == null) {
			throw new IllegalStateException("To be run from its archive, with the libraries beside it");
		}
		// Not the archive itself: its manifest leads to all libraries
		return archive.resolveSibling("classes") + File.pathSeparator
				+ Arrays.stream(libraries)
					.map(File::getPath)
					.filter((path) -> guarded || !path.contains("lifeguard-spring-boot"))
					.sorted()
					.collect(Collectors.joining(File.pathSeparator));
	}

	private static void start(int executors) {
		new SpringApplicationBuilder(Application.class).web(WebApplicationType.SERVLET)
			.bannerMode(Banner.Mode.OFF)
			.properties("logging.level.root=OFF", "server.port=0", "server.address=127.0.0.1",
					"management.endpoints.web.exposure.include=*", "sentry.dsn=http://public@127.0.0.1:1/1")
			.initializers((initialized) -> register((GenericApplicationContext) initialized, executors))
			.run();
		long millis = System.currentTimeMillis() - ManagementFactory.getRuntimeMXBean().getStartTime();
		long cpuMillis = TimeUnit.NANOSECONDS
			.toMillis(ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime());
		System.gc();
		long bytes = ManagementFactory.getMemoryPoolMXBeans()
			.stream()
			.map(MemoryPoolMXBean::getUsage)
			.mapToLong((usage) -> usage.getUsed())
			.sum();
		System.out.println(millis + " " + cpuMillis + " " + bytes / 1024);
		// Nothing more, since the end is not part of the start
		Runtime.getRuntime().halt(0);
	}

	private static void register(GenericApplicationContext context, int executors) {
		if (COUNTED) {
			context.registerBean(OneLook.class);
		}
		for (int i = 0; i < executors; i++) {
			String name = "pool" + i;
			context.registerBean(name, ThreadPoolTaskExecutor.class,
					() -> new ThreadPoolTaskExecutorBuilder().corePoolSize(1).threadNamePrefix(name + "-").build());
		}
	}

	/**
	 * Keeps the guard from looking at the pools more than once: it does so four times a
	 * second, and under Valgrind a start takes fifteen times as many seconds.
	 */
	private static final class OneLook implements BeanPostProcessor {

		private final boolean guarded = ClassUtils.isPresent("io.lifeguard.PoolRegistry", null);

		@Override
		public Object postProcessAfterInitialization(Object bean, String beanName) {
			if (this.guarded && bean instanceof PoolRegistry registry) {
				registry.onTick((last) -> LockSupport.park());
			}
			return bean;
		}

	}

	/**
	 * What one start took.
	 *
	 * @param millis from the start of the JVM until the application was ready
	 * @param cpuMillis what all of its threads together worked until then
	 * @param kilobytes memory in use then
	 */
	private record Measure(long millis, long cpuMillis, long kilobytes) {

		Measure minus(Measure other) {
			return new Measure(this.millis - other.millis, this.cpuMillis - other.cpuMillis,
					this.kilobytes - other.kilobytes);
		}

	}

}

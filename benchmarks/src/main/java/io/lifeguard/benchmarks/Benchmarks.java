package io.lifeguard.benchmarks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/**
 * Runs the benchmarks and prints the tables of what a task costs, in nanoseconds and
 * bytes, and as a multiple of the bare executor's time, and of what a start costs.
 */
public final class Benchmarks {

	/** Parameters of the benchmarks, each of which a system property can narrow down. */
	private static final List<String> PARAMETERS = List.of("way", "queued", "kind", "decorator", "on", "micros");

	private static final List<String> GROUPS = List.of("Pooled", "Decorated", "Failing", "Working", "Inline",
			"Virtual");

	private static final boolean VIRTUAL_THREADS = Runtime.version().feature() >= 21;

	private Benchmarks() {
	}

	/**
	 * Run the groups named in the arguments, all of them and the starts without one.
	 */
	public static void main(String[] args) throws Exception {
		List<String> groups = (args.length > 0) ? Arrays.asList(args) : GROUPS;
		List<RunResult> results = new ArrayList<>();
		for (String group : groups) {
			if (VIRTUAL_THREADS || !group.equals("Virtual")) {
				results.addAll(run(group));
			}
		}
		System.out.println(table(results));
		if (args.length == 0) {
			StartUp.main();
		}
	}

	/**
	 * Run one group, under the heap and the collector that a user gets: what the tasks
	 * leave behind for the collector is part of what they cost. So there is no collection
	 * between iterations either, which would tidy it up.
	 */
	private static Collection<RunResult> run(String group) throws Exception {
		ChainedOptionsBuilder options = new OptionsBuilder().include("TaskBenchmark\\." + group + "\\.")
			.param("subject", subjects(group))
			.forks(Integer.getInteger("forks", 1))
			.measurementIterations(Integer.getInteger("iterations", 5))
			.measurementTime(TimeValue.milliseconds(Integer.getInteger("millis", 1000)))
			.addProfiler(GCProfiler.class);
		if (group.equals("Working")) {
			options.param("on", VIRTUAL_THREADS ? new String[] { "POOL", "VIRTUAL" } : new String[] { "POOL" });
		}
		for (String parameter : PARAMETERS) {
			String values = System.getProperty(parameter);
			if (values != null) {
				options.param(parameter, values.split(","));
			}
		}
		return new Runner(options.build()).run();
	}

	private static String[] subjects(String group) {
		List<Subject> subjects = switch (group) {
			// Sentry's is a decorator itself
			case "Decorated" -> List.of(Subject.BARE, Subject.LIFEGUARD);
			// DynamicTp's is a pool itself
			case "Inline", "Virtual", "Working" ->
				List.of(Subject.BARE, Subject.MICROMETER, Subject.SENTRY, Subject.LIFEGUARD, Subject.LIFEGUARD_SENTRY);
			default -> List.of(Subject.values());
		};
		String chosen = System.getProperty("subject");
		return subjects.stream()
			.map(Subject::name)
			.filter((subject) -> chosen == null || List.of(chosen.split(",")).contains(subject))
			.toArray(String[]::new);
	}

	private static String table(Collection<RunResult> results) {
		Map<String, Map<Subject, RunResult>> rows = new TreeMap<>();
		for (RunResult result : results) {
			rows.computeIfAbsent(row(result), (row) -> new EnumMap<>(Subject.class))
				.put(Subject.valueOf(result.getParams().getParam("subject")), result);
		}
		StringBuilder table = new StringBuilder("| |");
		for (Subject subject : Subject.values()) {
			table.append(" ").append(subject.title()).append(" |");
		}
		table.append(" Lifeguard / Micrometer |\n|---|")
			.append("---|".repeat(Subject.values().length + 1))
			.append('\n');
		rows.forEach((name, row) -> {
			table.append("| ").append(name).append(" |");
			for (Subject subject : Subject.values()) {
				table.append(" ").append(cell(row.get(subject), row.get(Subject.BARE))).append(" |");
			}
			table.append(" ").append(ratio(row.get(Subject.LIFEGUARD), row.get(Subject.MICROMETER))).append(" |\n");
		});
		return table.toString();
	}

	private static String row(RunResult result) {
		String name = result.getParams().getBenchmark();
		List<String> words = new ArrayList<>();
		words.add(name.substring(name.lastIndexOf('.') + 1).replaceAll("([A-Z])", " $1"));
		for (String parameter : PARAMETERS) {
			if (result.getParams().getParamsKeys().contains(parameter)) {
				String value = result.getParams().getParam(parameter);
				words.add(parameter.equals("queued") ? "queue of " + value
						: parameter.equals("micros") ? value + " us" : value);
			}
		}
		return String.join(", ", words).toLowerCase(Locale.ROOT).replace('_', ' ');
	}

	private static String cell(RunResult result, RunResult bare) {
		if (result == null) {
			return "";
		}
		String ratio = ratio(result, bare);
		return String.format(Locale.ROOT, "%,.0f ns, %,.0f B%s", time(result),
				result.getSecondaryResults().get("gc.alloc.rate.norm").getScore(),
				(result == bare || ratio.isEmpty()) ? "" : ", " + ratio);
	}

	private static String ratio(RunResult result, RunResult reference) {
		return (result == null || reference == null) ? ""
				: String.format(Locale.ROOT, "%.2f x", time(result) / time(reference));
	}

	/**
	 * Return the median of the iterations' times. It is not the fastest that counts: what
	 * the garbage collector does for a task is part of what the task costs.
	 */
	private static double time(RunResult result) {
		return result.getPrimaryResult().getStatistics().getPercentile(50);
	}

}

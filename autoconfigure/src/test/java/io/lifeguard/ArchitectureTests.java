package io.lifeguard;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import io.lifeguard.engine.failure.PlantedUseOfAHigherRoom;
import io.lifeguard.engine.pool.PlantedUseByALowerRoom;
import io.lifeguard.engine.pool.PlantedUseOfBoot;
import io.lifeguard.proxy.PlantedOpenType;
import io.lifeguard.sentry.PlantedUseOfTheEngine;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.preinitialize.BackgroundPreinitializer;
import org.springframework.boot.diagnostics.FailureAnalyzer;
import org.springframework.context.ApplicationContextInitializer;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for the shape of the code: an engine of rooms, and many thin views of it. Each
 * rule is shown to fail where a class breaks it.
 */
class ArchitectureTests {

	private static final String BASE = "io.lifeguard";

	/**
	 * What each package may use, besides itself, the root and {@code support}.
	 */
	private static final Map<String, Set<String>> MAY_USE = Map.ofEntries(Map.entry("support", Set.of()),
			Map.entry("", Set.of()), Map.entry("engine.failure", Set.of()),
			Map.entry("engine.task", Set.of("engine.failure")),
			Map.entry("engine.future", Set.of("engine.task", "engine.failure")),
			Map.entry("engine.executor", Set.of("engine.task", "engine.failure")),
			Map.entry("engine.schedule", Set.of("engine.task", "engine.failure")),
			Map.entry("engine.health", Set.of("engine.task", "engine.failure", "engine.executor")),
			Map.entry("engine.pool",
					Set.of("engine.health", "engine.schedule", "engine.executor", "engine.task", "engine.failure")),
			Map.entry("engine.guard",
					Set.of("engine.pool", "engine.health", "engine.schedule", "engine.executor", "engine.future",
							"engine.task", "engine.failure")),
			Map.entry("proxy", Set.of("engine.pool", "engine.guard")),
			Map.entry("tuning", Set.of("engine.pool", "engine.executor")), Map.entry("sentry", Set.of("engine.pool")),
			Map.entry("server", Set.of("engine.pool")), Map.entry("metrics", Set.of("engine.pool")),
			Map.entry("library", Set.of("engine.pool")), Map.entry("jdbc", Set.of("engine.pool")),
			Map.entry("actuate", Set.of("engine.pool", "tuning")), Map.entry("autoconfigure", Set.of("engine.pool",
					"proxy", "tuning", "sentry", "server", "metrics", "library", "jdbc", "actuate")));

	/**
	 * The most classes of one room that may need each other.
	 */
	private static final int LARGEST_CYCLE = 14;

	private static final JavaClasses types = new ClassFileImporter()
		.withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
		.withImportOption((location) -> !location.contains("package-info"))
		.importPackages(BASE);

	private static final ArchRule ROOMS = classes().should(new UseOnlyWhatTheyMay());

	private static final ArchRule NO_PACKAGE_CYCLE = slices().assignedFrom(new ByPackage()).should().beFreeOfCycles();

	private static final ArchRule ENGINE_KNOWS_NO_LIBRARY = noClasses().that()
		.resideInAnyPackage(BASE, BASE + ".engine..", BASE + ".support")
		.should()
		.dependOnClassesThat()
		.resideInAnyPackage("org.springframework.boot..", "io.micrometer..", "io.sentry..");

	private static final ArchRule PROXY_TYPES_ARE_CLOSED = classes().that()
		.resideInAPackage(BASE + ".proxy")
		.and()
		.arePublic()
		.should()
		.haveModifier(JavaModifier.FINAL);

	static Stream<ArchRule> rules() {
		return Stream.of(ROOMS, NO_PACKAGE_CYCLE, ENGINE_KNOWS_NO_LIBRARY, PROXY_TYPES_ARE_CLOSED);
	}

	@ParameterizedTest
	@MethodSource("rules")
	void isAsTheRulesSay(ArchRule rule) {
		rule.check(types);
	}

	@Test
	void aRoomThatUsesAHigherOneIsFound() {
		assertBroken(ROOMS, "engine.failure must not use engine.pool", PlantedUseOfAHigherRoom.class);
	}

	@Test
	void aViewThatUsesTheEngineBeyondItsPoolsIsFound() {
		assertBroken(ROOMS, "sentry must not use engine.failure", PlantedUseOfTheEngine.class);
	}

	@Test
	void aCycleOfPackagesIsFound() {
		assertBroken(NO_PACKAGE_CYCLE, "Cycle detected", PlantedUseOfAHigherRoom.class, PlantedUseByALowerRoom.class);
	}

	@Test
	void aLibraryInTheEngineIsFound() {
		assertBroken(ENGINE_KNOWS_NO_LIBRARY, "org.springframework.boot", PlantedUseOfBoot.class);
	}

	@Test
	void aTypeOfTheProxyPackageThatCanBeExtendedIsFound() {
		assertBroken(PROXY_TYPES_ARE_CLOSED, "does not have modifier FINAL", PlantedOpenType.class);
	}

	@Test
	void cyclesOfClassesAreSmallAndStayInOneRoom() {
		for (List<String> cycle : cycles(types)) {
			assertThat(cycle).hasSizeLessThanOrEqualTo(LARGEST_CYCLE);
			assertThat(cycle.stream().map(ArchitectureTests::packageOf).distinct()).hasSize(1);
		}
	}

	@Test
	void aCycleOfClassesIsFound() {
		JavaClasses planted = new ClassFileImporter().importClasses(PlantedUseOfAHigherRoom.class,
				PlantedUseByALowerRoom.class);
		assertThat(cycles(planted))
			.containsExactly(Stream.of(PlantedUseOfAHigherRoom.class, PlantedUseByALowerRoom.class)
				.map(Class::getName)
				.sorted()
				.toList());
	}

	@ParameterizedTest
	@CsvSource({ "sentry, io.sentry..", "metrics, io.micrometer.core..", "jdbc, org.springframework.boot.jdbc..",
			"actuate, org.springframework.boot.health..", "actuate, org.springframework.boot.actuate.." })
	void onlyItsViewUses(String name, String library) {
		noClasses().that()
			.resideOutsideOfPackages(BASE + "." + name, BASE + ".autoconfigure")
			.should()
			.dependOnClassesThat()
			.resideInAPackage(library)
			.check(types);
	}

	@Test
	void autoConfigurationHoldsConditionsPropertiesAndWhatBootCalls() {
		classes().that()
			.resideInAPackage(BASE + ".autoconfigure")
			.and()
			.areTopLevelClasses()
			.should()
			.beAnnotatedWith(AutoConfiguration.class)
			.orShould()
			.haveSimpleNameEndingWith("Properties")
			.orShould()
			.implement(FailureAnalyzer.class)
			.orShould()
			.implement(BackgroundPreinitializer.class)
			.orShould()
			.implement(ApplicationContextInitializer.class)
			.check(types);
	}

	@ParameterizedTest
	@ValueSource(strings = { "proxy", "sentry", "metrics", "engine.health" })
	void atLeastHalfOfTheTypesArePackagePrivate(String name) {
		JavaClasses all = types.that(DescribedPredicate.describe("top level in " + name,
				(type) -> type.isTopLevelClass() && type.getPackageName().equals(BASE + "." + name)));
		assertThat(all).isNotEmpty();
		assertThat(all.stream().filter((type) -> !type.getModifiers().contains(JavaModifier.PUBLIC)).count() * 2)
			.isGreaterThanOrEqualTo(all.size());
	}

	private static void assertBroken(ArchRule rule, String message, Class<?>... planted) {
		JavaClasses classes = new ClassFileImporter().importClasses(planted);
		assertThatExceptionOfType(AssertionError.class).isThrownBy(() -> rule.check(classes))
			.withMessageContaining(message);
	}

	/**
	 * Return the classes that need each other, by Tarjan's algorithm; nested ones count
	 * as the one they are nested in.
	 */
	private static List<List<String>> cycles(JavaClasses classes) {
		Map<String, Set<String>> uses = new HashMap<>();
		for (JavaClass type : classes) {
			Set<String> used = uses.computeIfAbsent(topLevel(type), (name) -> new HashSet<>());
			type.getDirectDependenciesFromSelf()
				.stream()
				.map((dependency) -> dependency.getTargetClass().getBaseComponentType())
				.filter((target) -> target.getPackageName().startsWith(BASE))
				.map(ArchitectureTests::topLevel)
				.filter((target) -> !target.equals(topLevel(type)))
				.forEach(used::add);
		}
		return new StronglyConnected(uses).components();
	}

	private static String topLevel(JavaClass type) {
		String name = type.getName();
		int nested = name.indexOf('$');
		return (nested > 0) ? name.substring(0, nested) : name;
	}

	private static String packageOf(String type) {
		return type.substring(0, type.lastIndexOf('.'));
	}

	private static String room(String packageName) {
		return packageName.equals(BASE) ? "" : packageName.substring(BASE.length() + 1);
	}

	private static boolean isOurs(JavaClass type) {
		return type.getPackageName().equals(BASE) || type.getPackageName().startsWith(BASE + ".");
	}

	/**
	 * Holds the table of who may use whom.
	 */
	private static final class UseOnlyWhatTheyMay extends ArchCondition<JavaClass> {

		UseOnlyWhatTheyMay() {
			super("use only the rooms that they may use");
		}

		@Override
		public void check(JavaClass type, ConditionEvents events) {
			String user = room(type.getPackageName());
			Set<String> allowed = MAY_USE.get(user);
			assertThat(allowed).as("what %s may use", user).isNotNull();
			type.getDirectDependenciesFromSelf().forEach((dependency) -> {
				JavaClass target = dependency.getTargetClass().getBaseComponentType();
				if (!isOurs(target)) {
					return;
				}
				String used = room(target.getPackageName());
				boolean shared = used.equals("support") || (used.isEmpty() && !user.equals("support"));
				if (!used.equals(user) && !shared && !allowed.contains(used)) {
					events.add(SimpleConditionEvent.violated(type,
							user + " must not use " + used + ": " + dependency.getDescription()));
				}
			});
		}

	}

	/**
	 * Each package of ours is a slice, the root too.
	 */
	private static final class ByPackage implements SliceAssignment {

		@Override
		public SliceIdentifier getIdentifierOf(JavaClass type) {
			return isOurs(type) ? SliceIdentifier.of(type.getPackageName()) : SliceIdentifier.ignore();
		}

		@Override
		public String getDescription() {
			return "packages of Lifeguard";
		}

	}

	/**
	 * Finds the sets of nodes that can all reach each other.
	 */
	private static final class StronglyConnected {

		private final Map<String, Set<String>> edges;

		private final Map<String, Integer> index = new HashMap<>();

		private final Map<String, Integer> lowest = new HashMap<>();

		private final Deque<String> path = new ArrayDeque<>();

		private final List<List<String>> components = new ArrayList<>();

		StronglyConnected(Map<String, Set<String>> edges) {
			this.edges = edges;
		}

		List<List<String>> components() {
			this.edges.keySet().stream().sorted().filter((node) -> !this.index.containsKey(node)).forEach(this::visit);
			return this.components;
		}

		private void visit(String node) {
			int number = this.index.size();
			this.index.put(node, number);
			this.lowest.put(node, number);
			this.path.push(node);
			for (String next : this.edges.getOrDefault(node, Set.of())) {
				if (!this.index.containsKey(next)) {
					visit(next);
					this.lowest.merge(node, this.lowest.get(next), Math::min);
				}
				else if (this.path.contains(next)) {
					this.lowest.merge(node, this.index.get(next), Math::min);
				}
			}
			if (this.lowest.get(node) == number) {
				List<String> component = new ArrayList<>();
				while (component.isEmpty() || !component.get(component.size() - 1).equals(node)) {
					component.add(this.path.pop());
				}
				if (component.size() > 1) {
					this.components
						.add(component.stream().sorted(Comparator.naturalOrder()).collect(Collectors.toList()));
				}
			}
		}

	}

}

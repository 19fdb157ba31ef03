package io.lifeguard;

import java.util.List;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.preinitialize.BackgroundPreinitializer;
import org.springframework.boot.diagnostics.FailureAnalyzer;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the shape of the code: one engine, many thin views.
 */
class ArchitectureTests {

	private static final String ENGINE = "io.lifeguard";

	private static final JavaClasses types = new ClassFileImporter()
		.withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
		.withImportOption((location) -> !location.contains("package-info"))
		.importPackages(ENGINE);

	@Test
	void engineKnowsNoneOfItsViews() {
		noClasses().that()
			.resideInAPackage(ENGINE)
			.should()
			.dependOnClassesThat()
			.resideInAPackage(ENGINE + ".*..")
			.check(types);
	}

	@Test
	void engineNeedsNeitherBootNorMicrometerNorSentry() {
		noClasses().that()
			.resideInAPackage(ENGINE)
			.should()
			.dependOnClassesThat()
			.resideInAnyPackage("org.springframework.boot..", "io.micrometer..", "io.sentry..")
			.check(types);
	}

	@Test
	void packagesHaveNoCycles() {
		slices().assignedFrom(new ByPackage()).should().beFreeOfCycles().check(types);
	}

	@ParameterizedTest
	@ValueSource(strings = { "proxy", "tuning", "sentry", "metrics" })
	void dependsOnTheEngineOnly(String name) {
		assertDependsOnlyOn(name, ENGINE);
	}

	@Test
	void endpointAndHealthDependOnEngineAndTuningOnly() {
		assertDependsOnlyOn("actuate", ENGINE, ENGINE + ".tuning");
	}

	@ParameterizedTest
	@CsvSource({ "sentry, io.sentry..", "metrics, io.micrometer.core..", "actuate, org.springframework.boot.health..",
			"actuate, org.springframework.boot.actuate.." })
	void onlyItsViewUses(String name, String library) {
		noClasses().that()
			.resideOutsideOfPackages(ENGINE + "." + name, ENGINE + ".autoconfigure")
			.should()
			.dependOnClassesThat()
			.resideInAPackage(library)
			.check(types);
	}

	@Test
	void autoConfigurationHoldsConditionsPropertiesAndWhatBootCalls() {
		classes().that()
			.resideInAPackage(ENGINE + ".autoconfigure")
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
			.check(types);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", ".proxy", ".sentry", ".metrics" })
	void atLeastHalfOfTheTypesArePackagePrivate(String name) {
		JavaClasses all = types.that(DescribedPredicate.describe("top level in " + ENGINE + name,
				(type) -> type.isTopLevelClass() && type.getPackageName().equals(ENGINE + name)));
		assertThat(all).isNotEmpty();
		assertThat(all.stream().filter((type) -> !type.getModifiers().contains(JavaModifier.PUBLIC)).count() * 2)
			.isGreaterThanOrEqualTo(all.size());
	}

	@Test
	void publicTypesOfTheProxyPackageCannotBeExtended() {
		classes().that()
			.resideInAPackage(ENGINE + ".proxy")
			.and()
			.arePublic()
			.should()
			.haveModifier(JavaModifier.FINAL)
			.check(types);
	}

	private static void assertDependsOnlyOn(String name, String... packages) {
		classes().that().resideInAPackage(ENGINE + "." + name).should(new ArchCondition<>("depend on few of ours") {

			@Override
			public void check(JavaClass type, ConditionEvents events) {
				type.getDirectDependenciesFromSelf().forEach((dependency) -> {
					String target = dependency.getTargetClass().getBaseComponentType().getPackageName();
					boolean ours = target.equals(ENGINE) || target.startsWith(ENGINE + ".");
					if (ours && !target.equals(type.getPackageName()) && !List.of(packages).contains(target)) {
						events.add(SimpleConditionEvent.violated(type, dependency.getDescription()));
					}
				});
			}

		}).check(types);
	}

	/**
	 * Each package of ours is a slice, that of the engine too.
	 */
	private static final class ByPackage implements SliceAssignment {

		@Override
		public SliceIdentifier getIdentifierOf(JavaClass type) {
			return type.getPackageName().startsWith(ENGINE) ? SliceIdentifier.of(type.getPackageName())
					: SliceIdentifier.ignore();
		}

		@Override
		public String getDescription() {
			return "packages of Lifeguard";
		}

	}

}

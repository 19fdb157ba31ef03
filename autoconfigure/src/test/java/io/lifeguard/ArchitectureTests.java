package io.lifeguard;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.context.annotation.Configuration;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * The rules that hold between packages: one engine, many thin views.
 */
@AnalyzeClasses(packages = "io.lifeguard",
		importOptions = { ImportOption.DoNotIncludeTests.class, ImportOption.DoNotIncludePackageInfos.class })
class ArchitectureTests {

	@ArchTest
	static final ArchRule packagesHaveNoCycles = slices().matching("io.(**)").should().beFreeOfCycles();

	@ArchTest
	static final ArchRule engineDependsOnNoneOfItsViews = noClasses().that()
		.resideInAPackage("io.lifeguard")
		.should()
		.dependOnClassesThat()
		.resideInAPackage("io.lifeguard.(*)..");

	@ArchTest
	static final ArchRule engineKnowsSpringsContextAtMost = classes().that()
		.resideInAPackage("io.lifeguard")
		.should()
		.onlyDependOnClassesThat()
		.resideInAnyPackage("io.lifeguard", "java..", "org.jspecify.annotations", "org.apache.commons.logging",
				"org.springframework.core..", "org.springframework.lang..", "org.springframework.util..",
				"org.springframework.scheduling..");

	@ArchTest
	static final ArchRule proxiesKnowNeitherBootNorOptionalLibraries = noClasses().that()
		.resideInAPackage("io.lifeguard.proxy")
		.should()
		.dependOnClassesThat()
		.resideInAnyPackage("org.springframework.boot..", "io.micrometer..", "io.sentry..");

	@ArchTest
	static final ArchRule onlySentryKnowsSentry = noClasses().that()
		.resideOutsideOfPackages("io.lifeguard.sentry", "io.lifeguard.autoconfigure")
		.should()
		.dependOnClassesThat()
		.resideInAPackage("io.sentry..");

	@ArchTest
	static final ArchRule onlyActuateKnowsActuator = noClasses().that()
		.resideOutsideOfPackages("io.lifeguard.actuate", "io.lifeguard.autoconfigure")
		.should()
		.dependOnClassesThat()
		.resideInAnyPackage("org.springframework.boot.actuate..", "org.springframework.boot.health..");

	@ArchTest
	static final ArchRule nothingDependsOnTheWiring = noClasses().that()
		.resideOutsideOfPackage("io.lifeguard.autoconfigure")
		.should()
		.dependOnClassesThat()
		.resideInAPackage("io.lifeguard.autoconfigure");

	@ArchTest
	static final ArchRule autoConfigurationsAreFinal = classes().that()
		.areAnnotatedWith(AutoConfiguration.class)
		.should()
		.haveModifier(JavaModifier.FINAL)
		.andShould()
		.resideInAPackage("io.lifeguard.autoconfigure");

	@ArchTest
	static final ArchRule configurationStandsInTheWiringOnly = noClasses().that()
		.resideOutsideOfPackage("io.lifeguard.autoconfigure")
		.should()
		.beAnnotatedWith(Configuration.class)
		.orShould()
		.beAnnotatedWith(ConfigurationProperties.class);

	@ArchTest
	static void mostTypesArePackagePrivate(JavaClasses classes) {
		long all = classes.stream().filter(JavaClass::isTopLevelClass).count();
		long open = classes.stream()
			.filter((type) -> type.isTopLevelClass() && type.getModifiers().contains(JavaModifier.PUBLIC))
			.count();
		assertThat(open).as("public types among " + all).isLessThan(all / 2);
	}

}

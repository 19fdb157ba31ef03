package io.lifeguard.autoconfigure;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNoException;

/**
 * Tests for {@link BootVersionCheck}.
 */
class BootVersionCheckTests {

	@Test
	void stopsTheStartOnAnOlderOneInOneSentence() {
		assertThatIllegalStateException().isThrownBy(() -> BootVersionCheck.check("3.5.7"))
			.withMessage(
					"Lifeguard needs Spring Boot 4.0 or later, and this application has 3.5.7: upgrade Spring Boot, or"
							+ " remove lifeguard-spring-boot-starter");
	}

	@ParameterizedTest
	@ValueSource(strings = { "4.0.0", "4.2.0-M2", "10.1", "" })
	void letsOthersStart(String version) {
		assertThatNoException().isThrownBy(() -> BootVersionCheck.check(version));
	}

}

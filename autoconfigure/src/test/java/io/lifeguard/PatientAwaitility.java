package io.lifeguard;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Keeps Awaitility from replacing the JVM's handler of uncaught exceptions while it
 * waits, and from failing a test for one that comes meanwhile: what becomes of those is
 * what these tests are about. Registered for all tests.
 */
public class PatientAwaitility implements BeforeAllCallback {

	@Override
	public void beforeAll(ExtensionContext context) {
		Awaitility.doNotCatchUncaughtExceptionsByDefault();
	}

}

package io.lifeguard.sentry;

import io.lifeguard.SubmitterContext;
import io.sentry.IScopes;
import io.sentry.ISentryLifecycleToken;
import io.sentry.Sentry;
import org.jspecify.annotations.Nullable;

/**
 * Carries the submitter's scopes by reference. They are forked only for a report, so that
 * no chain of scopes grows where a task submits the next one.
 */
final class SentrySubmitterContext implements SubmitterContext {

	@Override
	public @Nullable Object capture() {
		IScopes scopes = Sentry.getCurrentScopes(false);
		return scopes.isNoOp() ? null : scopes;
	}

	@Override
	public void within(Object captured, Runnable action) {
		try (ISentryLifecycleToken token = ((IScopes) captured).forkedScopes("lifeguard").makeCurrent()) {
			action.run();
		}
	}

}

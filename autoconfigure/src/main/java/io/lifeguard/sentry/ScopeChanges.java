package io.lifeguard.sentry;

import java.util.Collection;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

import io.sentry.Attachment;
import io.sentry.Breadcrumb;
import io.sentry.IScope;
import io.sentry.IScopeObserver;
import io.sentry.SentryLevel;
import io.sentry.SentryOptions;
import io.sentry.SpanContext;
import io.sentry.protocol.Contexts;
import io.sentry.protocol.Request;
import io.sentry.protocol.SentryId;
import io.sentry.protocol.User;
import org.jspecify.annotations.Nullable;

/**
 * Counts the changes of all scopes, but for breadcrumbs, so that values copied out of a
 * scope need not be copied again before there was one.
 */
final class ScopeChanges implements IScopeObserver {

	private final AtomicLong count = new AtomicLong();

	/**
	 * Count the changes of all scopes with the given options, unless done already.
	 */
	void observe(SentryOptions options) {
		if (!options.getScopeObservers().contains(this)) {
			options.addScopeObserver(this);
		}
	}

	/**
	 * Count no more changes of scopes with the given options.
	 */
	void leave(SentryOptions options) {
		options.getScopeObservers().remove(this);
	}

	long count() {
		return this.count.get();
	}

	private void changed() {
		this.count.incrementAndGet();
	}

	@Override
	public void setUser(@Nullable User user) {
		changed();
	}

	@Override
	public void addBreadcrumb(Breadcrumb breadcrumb) {
	}

	@Override
	public void setBreadcrumbs(Collection<Breadcrumb> breadcrumbs) {
	}

	@Override
	public void setTag(String key, String value) {
		// setTags follows
	}

	@Override
	public void removeTag(String key) {
		// setTags follows
	}

	@Override
	public void setTags(Map<String, String> tags) {
		changed();
	}

	@Override
	public void setExtra(String key, String value) {
		// setExtras follows
	}

	@Override
	public void removeExtra(String key) {
		// setExtras follows
	}

	@Override
	public void setExtras(Map<String, Object> extras) {
		changed();
	}

	@Override
	public void setRequest(@Nullable Request request) {
		changed();
	}

	@Override
	public void setFingerprint(Collection<String> fingerprint) {
	}

	@Override
	public void setLevel(@Nullable SentryLevel level) {
	}

	@Override
	public void setContexts(Contexts contexts) {
		changed();
	}

	@Override
	public void setTransaction(@Nullable String transaction) {
		changed();
	}

	@Override
	public void setTrace(@Nullable SpanContext spanContext, IScope scope) {
		changed();
	}

	@Override
	public void setReplayId(SentryId replayId) {
	}

	@Override
	public void addAttachment(Attachment attachment) {
	}

	@Override
	public void clearAttachments() {
	}

}

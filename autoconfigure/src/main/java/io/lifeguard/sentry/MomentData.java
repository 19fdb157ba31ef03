package io.lifeguard.sentry;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.sentry.Breadcrumb;
import io.sentry.IScope;
import io.sentry.ITransaction;
import io.sentry.PropagationContext;
import io.sentry.protocol.Request;
import io.sentry.protocol.User;
import org.jspecify.annotations.Nullable;

/**
 * What an event tells about the moment of a failure.
 */
record MomentData(@Nullable User user, @Nullable Request request, @Nullable ITransaction transaction,
		@Nullable String transactionName, @Nullable PropagationContext propagation, Map<String, String> tags,
		Map<String, Object> extras, Map<String, Object> contexts, List<Breadcrumb> breadcrumbs) {

	/**
	 * Lay what a task has set itself over what its submitter had set.
	 * @param submitted the submitter's values at the time of submission
	 * @param started the values of the task's thread when it began: what is the same
	 * later was left there by an earlier task
	 * @param failed the values of the task's thread now
	 * @param breadcrumbs those of the submitter, and then those of the task
	 */
	static MomentData of(@Nullable ScopeValues submitted, @Nullable ScopeValues started, @Nullable ScopeValues failed,
			List<Breadcrumb> breadcrumbs) {
		ScopeValues base = (submitted != null) ? submitted : ScopeValues.NONE;
		ScopeValues before = (started != null) ? started : ScopeValues.NONE;
		ScopeValues own = (failed != null) ? failed : before;
		boolean ownTransaction = own.transaction() != null && own.transaction() != before.transaction();
		Map<String, String> tags = over(base.tags(), own.tags(), before.tags());
		tags.putAll(over(base.mdc(), own.mdc(), before.mdc()));
		return new MomentData(own.hasOtherUserThan(before) ? own.user() : base.user(),
				own.hasOtherRequestThan(before) ? own.request() : base.request(),
				ownTransaction ? own.transaction() : base.transaction(),
				isOther(own.transactionName(), before.transactionName()) ? own.transactionName()
						: base.transactionName(),
				base.propagation(), tags, over(base.extras(), own.extras(), before.extras()),
				over(base.contexts(), own.contexts(), before.contexts()), breadcrumbs);
	}

	private static <V> Map<String, V> over(Map<String, V> base, Map<String, V> own, Map<String, V> before) {
		Map<String, V> all = new HashMap<>(base);
		own.forEach((key, value) -> {
			if (isOther(value, before.get(key))) {
				all.put(key, value);
			}
		});
		return all;
	}

	private static boolean isOther(@Nullable Object now, @Nullable Object before) {
		return now != null && !now.equals(before);
	}

	/**
	 * Return this without what takes much memory: with user, tags and names.
	 */
	MomentData reduced() {
		return new MomentData(this.user, null, null,
				(this.transaction != null) ? this.transaction.getName() : this.transactionName, this.propagation,
				this.tags, Map.of(), Map.of(), List.of());
	}

	/**
	 * Set the given scope to all this.
	 */
	void applyTo(IScope scope) {
		scope.setUser(this.user);
		scope.setRequest(this.request);
		if (this.propagation != null) {
			scope.setPropagationContext(new PropagationContext(this.propagation));
		}
		if (this.transaction != null) {
			scope.setTransaction(this.transaction);
		}
		else if (this.transactionName != null) {
			scope.setTransaction(this.transactionName);
		}
		this.tags.forEach(scope::setTag);
		this.extras.forEach((key, value) -> scope.setExtra(key, String.valueOf(value)));
		this.contexts.forEach(scope::setContexts);
		new ArrayList<>(this.breadcrumbs).forEach(scope.getBreadcrumbs()::add);
	}

}

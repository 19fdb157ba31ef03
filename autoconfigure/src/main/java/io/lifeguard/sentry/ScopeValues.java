package io.lifeguard.sentry;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;

import io.sentry.Breadcrumb;
import io.sentry.CombinedScopeView;
import io.sentry.IScope;
import io.sentry.IScopes;
import io.sentry.ITransaction;
import io.sentry.NoOpScopes;
import io.sentry.PropagationContext;
import io.sentry.protocol.Request;
import io.sentry.protocol.User;
import org.jspecify.annotations.Nullable;

/**
 * What a thread's scopes and its MDC held at one moment, by value: whoever changes them
 * later does not change this.
 * <p>
 * Two things are kept as they are. A transaction, since Spring names it late, and takes
 * it out of the scope at its end. And the queues of breadcrumbs, which would be the most
 * of what there is to copy: each breadcrumb knows when it was added.
 */
@SuppressWarnings("ReferenceEquality") // the same ones, not equal ones
final class ScopeValues {

	/**
	 * Those of a thread that has no scopes and nothing of interest in its MDC.
	 */
	static final ScopeValues NONE = new ScopeValues(NoOpScopes.getInstance(), 0, 0, Map.of());

	private final IScopes scopes;

	private final long changes;

	private final long thread;

	private final @Nullable User originalUser;

	private final @Nullable Request originalRequest;

	private final @Nullable User user;

	private final @Nullable Request request;

	private final @Nullable ITransaction transaction;

	private final @Nullable String transactionName;

	private final @Nullable PropagationContext propagation;

	private final Map<String, String> tags;

	private final Map<String, Object> extras;

	private final Map<String, Object> contexts;

	private final Map<String, String> mdc;

	/**
	 * Copy what the given scopes hold.
	 * @param changes the number of changes of scopes, counted before
	 * @param thread the id of the thread that has the scopes
	 * @param mdc what is of interest in that thread's MDC
	 */
	ScopeValues(IScopes scopes, long changes, long thread, Map<String, String> mdc) {
		IScope own = scopes.getScope();
		IScope isolation = scopes.getIsolationScope();
		this.scopes = scopes;
		this.changes = changes;
		this.thread = thread;
		this.mdc = mdc;
		this.originalUser = user(scopes);
		this.user = (this.originalUser != null) ? new User(this.originalUser) : null;
		this.originalRequest = request(scopes);
		this.request = (this.originalRequest != null) ? new Request(this.originalRequest) : null;
		this.transaction = transaction(scopes);
		this.transactionName = (own.getTransactionName() != null) ? own.getTransactionName()
				: isolation.getTransactionName();
		this.propagation = scopes.isNoOp() ? null
				: new CombinedScopeView(scopes.getGlobalScope(), isolation, own).getPropagationContext();
		this.tags = union(isolation.getTags(), own.getTags());
		this.extras = union(isolation.getExtras(), own.getExtras());
		this.contexts = union(contexts(isolation), contexts(own));
	}

	private static @Nullable User user(IScopes scopes) {
		User user = scopes.getScope().getUser();
		return (user != null) ? user : scopes.getIsolationScope().getUser();
	}

	private static @Nullable Request request(IScopes scopes) {
		Request request = scopes.getScope().getRequest();
		return (request != null) ? request : scopes.getIsolationScope().getRequest();
	}

	private static @Nullable ITransaction transaction(IScopes scopes) {
		ITransaction transaction = scopes.getScope().getTransaction();
		return (transaction != null) ? transaction : scopes.getIsolationScope().getTransaction();
	}

	private static Map<String, Object> contexts(IScope scope) {
		if (scope.getContexts().isEmpty()) {
			return Map.of();
		}
		Map<String, Object> contexts = new HashMap<>();
		scope.getContexts().entrySet().forEach((entry) -> contexts.put(entry.getKey(), entry.getValue()));
		return contexts;
	}

	private static <V> Map<String, V> union(Map<String, V> first, Map<String, V> second) {
		if (first.isEmpty() && second.isEmpty()) {
			return Map.of();
		}
		Map<String, V> union = new HashMap<>(first);
		union.putAll(second);
		return union;
	}

	/**
	 * Whether the given scopes still hold these values.
	 * @param changes the number of changes of scopes
	 */
	boolean areThoseOf(IScopes scopes, long changes) {
		return this.scopes == scopes && this.changes == changes && this.originalRequest == request(scopes)
				&& this.transaction == transaction(scopes) && this.originalUser == user(scopes)
				&& isSame(this.originalUser, this.user);
	}

	private static boolean isSame(@Nullable User one, @Nullable User other) {
		return one == other || (one != null && other != null && Objects.equals(one.getId(), other.getId())
				&& Objects.equals(one.getUsername(), other.getUsername())
				&& Objects.equals(one.getEmail(), other.getEmail())
				&& Objects.equals(one.getIpAddress(), other.getIpAddress())
				&& Objects.equals(one.getData(), other.getData()));
	}

	IScopes scopes() {
		return this.scopes;
	}

	/**
	 * Return the id of the thread that the values are of.
	 */
	long thread() {
		return this.thread;
	}

	Map<String, String> mdc() {
		return this.mdc;
	}

	@Nullable User user() {
		return this.user;
	}

	@Nullable Request request() {
		return this.request;
	}

	@Nullable ITransaction transaction() {
		return this.transaction;
	}

	@Nullable String transactionName() {
		return this.transactionName;
	}

	@Nullable PropagationContext propagation() {
		return this.propagation;
	}

	Map<String, String> tags() {
		return this.tags;
	}

	Map<String, Object> extras() {
		return this.extras;
	}

	Map<String, Object> contexts() {
		return this.contexts;
	}

	/**
	 * Return the breadcrumbs that the scopes have now.
	 */
	List<Breadcrumb> breadcrumbs() {
		List<Breadcrumb> all = new ArrayList<>();
		for (IScope scope : List.of(this.scopes.getIsolationScope(), this.scopes.getScope())) {
			Queue<Breadcrumb> breadcrumbs = scope.getBreadcrumbs();
			all.addAll(List.of(breadcrumbs.toArray(new Breadcrumb[0])));
		}
		return all;
	}

	/**
	 * Whether there is a user here, and another one than in the given values.
	 */
	boolean hasOtherUserThan(ScopeValues earlier) {
		return this.user != null && !isSame(this.user, earlier.user);
	}

	/**
	 * Whether there is a request here, and another one than in the given values.
	 */
	boolean hasOtherRequestThan(ScopeValues earlier) {
		return this.request != null && this.originalRequest != earlier.originalRequest;
	}

}

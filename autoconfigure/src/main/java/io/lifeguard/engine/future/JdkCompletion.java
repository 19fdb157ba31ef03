package io.lifeguard.engine.future;

import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;

import io.lifeguard.support.JdkFields;
import org.jspecify.annotations.Nullable;

/**
 * One of the JDK's private classes of what is attached to a {@link CompletableFuture}:
 * there is one for each kind of stage, one for threads that wait, and some that only link
 * futures. Those of the {@code …Async} methods are also the tasks which an executor gets.
 * All that the guard knows about them stands here. One that can't be looked into is a
 * stranger: as a task it is left alone, and where it is attached it counts as a reader.
 */
final class JdkCompletion {

	private static final @Nullable JdkFields NEXT = fields("Completion", "next");

	private static final @Nullable JdkFields DEPENDENT = fields("UniCompletion", "dep");

	private static final Map<Class<?>, JdkCompletion> KNOWN = (NEXT != null && DEPENDENT != null) ? known()
			: Collections.emptyMap();

	private final Role role;

	private final JdkFields fields;

	private JdkCompletion(Role role, JdkFields fields) {
		this.role = role;
		this.fields = fields;
	}

	private static Map<Class<?>, JdkCompletion> known() {
		Map<Class<?>, JdkCompletion> known = new HashMap<>();
		for (Role role : Role.values()) {
			for (String name : role.names) {
				Class<?> type = type(name);
				JdkFields fields = fields(name, role.fields);
				if (type != null && fields != null) {
					known.put(type, new JdkCompletion(role, fields));
				}
			}
		}
		return known;
	}

	private static @Nullable JdkFields fields(String name, String... fields) {
		Class<?> type = type(name);
		return (type != null) ? JdkFields.of(type, fields) : null;
	}

	private static @Nullable Class<?> type(String name) {
		try {
			return Class.forName(CompletableFuture.class.getName() + "$" + name);
		}
		catch (ClassNotFoundException ex) {
			return null; // another JDK
		}
	}

	/**
	 * Return the kind of the given object, or {@code null} if it is a stranger.
	 */
	static @Nullable JdkCompletion of(Object object) {
		return KNOWN.get(object.getClass());
	}

	/**
	 * Return what was attached to a future before the given completion, if there is
	 * anything.
	 */
	static @Nullable Object next(Object completion) {
		return Objects.requireNonNull(NEXT).get(completion);
	}

	/**
	 * Have the given task call a function of ours in place of its own, which that calls
	 * in turn. To be called before any thread has got the task.
	 * @param task the task, a completion of this kind
	 * @param executed the guarded task around it
	 */
	void guard(Object task, RunnableTask executed) {
		if (!this.role.isTask()) {
			return;
		}
		@Nullable Object[] values = this.fields.read(task);
		Object function = values[0];
		if (function == null) {
			return; // another thread has completed the future
		}
		StageFunction guarded = StageFunction.of(function, this.role == Role.LISTENER);
		guarded.runBy(executed, (this.role == Role.SOURCE) ? Objects.requireNonNull(values[1]) : task);
		if (guarded != function) {
			values[0] = guarded;
			this.fields.write(task, values);
		}
	}

	/**
	 * Whether the given completion is there to be handed a failure, or waits for one.
	 */
	boolean reads(Object completion) {
		return switch (this.role) {
			case HANDLER -> dependent(completion) != null; // or else it is over
			case LISTENER -> dependent(completion) != null && !isBystander(this.fields.get(completion));
			case WAITING_THREAD -> this.fields.get(completion) != null;
			default -> false;
		};
	}

	/**
	 * Whether the given completion is a thread that waits.
	 */
	boolean isWaitingThread() {
		return this.role == Role.WAITING_THREAD;
	}

	/**
	 * Whether the given completion is there to cancel the timer of {@code orTimeout} or
	 * {@code completeOnTimeout}, so that the future it is attached to ends in any case.
	 */
	boolean limits(Object completion) {
		return this.role == Role.LISTENER && dependent(completion) != null
				&& this.fields.get(completion) instanceof BiConsumer<?, ?> function
				&& function.getClass().getNestHost() == CompletableFuture.class;
	}

	/**
	 * Return the future that can't end before the one does that the given completion is
	 * attached to, if there is any.
	 */
	@Nullable CompletableFuture<?> holdsUp(Object completion) {
		Object first = (this.role == Role.SECOND_LINK) ? this.fields.get(completion) : completion;
		JdkCompletion kind = (first != null) ? of(first) : null;
		boolean either = kind == null || kind.role == Role.EITHER || kind.role == Role.ANY_OF;
		return either ? null : leadsTo(completion);
	}

	/**
	 * Return the future that the given task is to complete, {@code null} once its
	 * function has been called or if there is none.
	 */
	@Nullable CompletableFuture<?> completedBy(Object task) {
		return (this.role == Role.SOURCE) ? (CompletableFuture<?>) this.fields.read(task)[1]
				: this.role.isTask() ? dependent(task) : null;
	}

	/**
	 * Whether the function of a {@code whenComplete} is not interested in a failure: it
	 * cancels the timer of {@code orTimeout}, or is ours.
	 */
	private static boolean isBystander(@Nullable Object function) {
		return function == null || function.getClass().getNestHost() == CompletableFuture.class
				|| function instanceof Relay;
	}

	/**
	 * Return the future that ends with a failure if it is handed one, if there is any.
	 */
	@Nullable CompletableFuture<?> leadsTo(Object completion) {
		return switch (this.role) {
			case STAGE, EITHER, LINK, HANDLER -> dependent(completion);
			case LISTENER ->
				(this.fields.get(completion) instanceof Relay relay) ? relay.target() : dependent(completion);
			case ANY_OF -> (CompletableFuture<?>) this.fields.get(completion);
			case SECOND_LINK -> {
				Object first = this.fields.get(completion);
				yield (first != null) ? dependent(first) : null;
			}
			case SOURCE, WAITING_THREAD -> null;
		};
	}

	/**
	 * Return the future that the given stage is to complete, {@code null} once it has.
	 */
	static @Nullable CompletableFuture<?> dependent(Object stage) {
		return (CompletableFuture<?>) Objects.requireNonNull(DEPENDENT).get(stage);
	}

	/**
	 * What a completion is there for.
	 */
	private enum Role {

		SOURCE(new String[] { "fn", "dep" }, "AsyncSupply", "AsyncRun"),

		STAGE(new String[] { "fn" }, "UniApply", "UniAccept", "UniRun", "UniCompose", "BiApply", "BiAccept", "BiRun"),

		EITHER(new String[] { "fn" }, "OrApply", "OrAccept", "OrRun"),

		HANDLER(new String[] { "fn" }, "UniHandle", "UniExceptionally", "UniComposeExceptionally"),

		LISTENER(new String[] { "fn" }, "UniWhenComplete"),

		LINK(new String[0], "UniRelay", "BiRelay"),

		SECOND_LINK(new String[] { "base" }, "CoCompletion"),

		ANY_OF(new String[] { "dep" }, "AnyOf"),

		WAITING_THREAD(new String[] { "thread" }, "Signaller");

		@SuppressWarnings("ImmutableEnumChecker") // never written to
		private final String[] fields;

		@SuppressWarnings("ImmutableEnumChecker") // never written to
		private final String[] names;

		Role(String[] fields, String... names) {
			this.fields = fields;
			this.names = names;
		}

		boolean isTask() {
			return this == SOURCE || this == STAGE || this == EITHER || this == HANDLER || this == LISTENER;
		}

	}

}

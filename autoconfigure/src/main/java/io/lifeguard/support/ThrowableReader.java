package io.lifeguard.support;

import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

/**
 * Reads throwables of classes that say themselves what is asked of them: on a thread of
 * its own, and for so long at most. A class that hangs is not asked again. For use by one
 * thread at a time.
 */
public final class ThrowableReader {

	/**
	 * How long a throwable may take to answer.
	 */
	static final Duration LIMIT = Duration.ofMillis(500);

	/**
	 * Threads that are left to hang at most. No class of the application's is asked any
	 * more after that.
	 */
	static final int MAX_HANGING = 16;

	/** Characters of a message at most. */
	static final int MAX_TEXT = 16_000;

	/** Causes and suppressed throwables at most. */
	static final int MAX_THROWABLES = 64;

	private static final StackTraceElement[] NO_STACK = {};

	/** Of each class, whether it hangs. */
	private final ClassValue<AtomicBoolean> hangs = new ClassValue<>() {

		@Override
		protected AtomicBoolean computeValue(Class<?> type) {
			return new AtomicBoolean();
		}

	};

	private int hanging;

	/**
	 * Return the throwable itself if it lets itself be read, and what hangs on it is
	 * neither a circle nor too much; or else a stand-in that tells what could be read.
	 */
	public Throwable readable(Throwable thrown) {
		if (isHarmless(thrown)) {
			return thrown;
		}
		for (int attempt = 0; attempt < 3; attempt++) {
			Reading reading = new Reading(thrown);
			Throwable read = withinLimit(reading, () -> {
				StandInException standIn = reading.read(thrown);
				return reading.sound ? thrown : standIn;
			});
			if (read != null) {
				return read;
			}
		}
		return new StandInException(thrown.getClass().getName(), null, NO_STACK, null);
	}

	/**
	 * Return the message of a throwable, shortened, or {@code null} if it has none, or
	 * can't tell.
	 */
	public @Nullable String message(Throwable thrown) {
		if (Throwables.isPlain(thrown)) {
			return Throwables.message(thrown);
		}
		Reading reading = new Reading(thrown);
		return withinLimit(reading, () -> Throwables.shortened(reading.message(thrown), Throwables.MAX_MESSAGE));
	}

	private static boolean isHarmless(Throwable thrown) {
		Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
		return isHarmless(thrown, seen);
	}

	private static boolean isHarmless(Throwable thrown, Set<Throwable> seen) {
		Throwable next = thrown;
		while (next != null) {
			String message = Throwables.isPlain(next) ? next.getMessage() : null;
			boolean large = message != null && message.length() > MAX_TEXT;
			if (!Throwables.isPlain(next) || large || seen.size() >= MAX_THROWABLES || !seen.add(next)) {
				return false;
			}
			for (Throwable suppressed : next.getSuppressed()) {
				if (!seen.contains(suppressed) && !isHarmless(suppressed, seen)) {
					return false;
				}
			}
			next = Throwables.cause(next);
		}
		return true;
	}

	/**
	 * Ask on a thread that may hang.
	 */
	private <T> @Nullable T withinLimit(Reading reading, Supplier<@Nullable T> question) {
		if (this.hanging >= MAX_HANGING) {
			return null;
		}
		CompletableFuture<@Nullable T> answer = new CompletableFuture<>();
		Thread thread = DaemonThreads.start("lifeguard-read", () -> {
			try {
				answer.complete(question.get());
			}
			catch (Throwable ex) {
				answer.completeExceptionally(ex);
			}
		});
		try {
			return answer.get(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
		}
		catch (TimeoutException ex) {
			this.hanging++;
			this.hangs.get(reading.asked).set(true);
			thread.interrupt();
			return null;
		}
		catch (ExecutionException ex) {
			return null;
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return null;
		}
	}

	/**
	 * The reading of one throwable and all that hang on it.
	 */
	@SuppressWarnings("SelfEquals") // asked to see whether it answers
	private final class Reading {

		private final Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());

		/** The class that is being asked. */
		private volatile Class<?> asked;

		/** Whether everything was as it should be. */
		private boolean sound = true;

		Reading(Throwable thrown) {
			this.asked = thrown.getClass();
		}

		@Nullable StandInException read(Throwable thrown) {
			if (this.seen.size() >= MAX_THROWABLES || !this.seen.add(thrown)) {
				this.sound = false;
				return null;
			}
			this.asked = thrown.getClass();
			String type = this.asked.getName();
			if (ThrowableReader.this.hangs.get(this.asked).get()) {
				this.sound = false;
				return new StandInException(type, null, NO_STACK, null);
			}
			String message = message(thrown);
			StackTraceElement[] stack = ask(thrown::getStackTrace);
			if (stack == null || Arrays.asList(stack).contains(null)) {
				this.sound = false;
				stack = NO_STACK;
			}
			ask(thrown::getLocalizedMessage);
			ask(thrown::toString);
			ask(thrown::hashCode);
			Object other = this;
			ask(() -> thrown.equals(other));
			Throwable cause = ask(thrown::getCause);
			StandInException read = new StandInException(type, message, stack, (cause != null) ? read(cause) : null);
			for (Throwable suppressed : thrown.getSuppressed()) {
				StandInException also = this.seen.contains(suppressed) ? null : read(suppressed);
				if (also != null) {
					read.addSuppressed(also);
				}
			}
			return read;
		}

		@Nullable String message(Throwable thrown) {
			String message = ask(thrown::getMessage);
			if (message != null && message.length() > MAX_TEXT) {
				this.sound = false;
			}
			return Throwables.shortened(message, MAX_TEXT);
		}

		private <T> @Nullable T ask(Supplier<@Nullable T> question) {
			try {
				return question.get();
			}
			catch (Throwable ex) {
				this.sound = false;
				return null;
			}
		}

	}

}

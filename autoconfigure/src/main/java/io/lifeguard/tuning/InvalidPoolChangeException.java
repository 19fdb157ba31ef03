package io.lifeguard.tuning;

import org.jspecify.annotations.Nullable;

/**
 * A running pool cannot be changed as asked. Nothing has been changed.
 */
public final class InvalidPoolChangeException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	private final @Nullable String property;

	private final transient @Nullable Object value;

	/**
	 * Create an exception.
	 * @param property what was to be changed, such as {@code coreSize}
	 * @param value what it was to be changed to
	 * @param reason why that is not possible, and what would be
	 */
	public InvalidPoolChangeException(@Nullable String property, @Nullable Object value, String reason) {
		super(reason);
		this.property = property;
		this.value = value;
	}

	/**
	 * Return what was to be changed.
	 */
	public @Nullable String property() {
		return this.property;
	}

	/**
	 * Return what it was to be changed to.
	 */
	public @Nullable Object value() {
		return this.value;
	}

	/**
	 * Return why that is not possible.
	 */
	public String reason() {
		return String.valueOf(getMessage());
	}

}

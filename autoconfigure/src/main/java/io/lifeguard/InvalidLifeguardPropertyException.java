package io.lifeguard;

import org.jspecify.annotations.Nullable;

/**
 * Stops the start of an application: a {@code lifeguard.*} property has a value that
 * makes no sense. Shown as a failure analysis.
 */
public final class InvalidLifeguardPropertyException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	private final String property;

	private final String reason;

	private final String cure;

	/**
	 * Create an exception.
	 * @param property the full name of the property, in its canonical form
	 * @param value its value, {@code null} where it is missing
	 * @param reason why the value makes no sense, without a full stop
	 * @param cure what to do about it, as a sentence
	 */
	public InvalidLifeguardPropertyException(String property, @Nullable Object value, String reason, String cure) {
		super("Property '" + property + "' with value '" + value + "' is invalid: " + reason);
		this.property = property;
		this.reason = ((value != null) ? "value '" + value + "' makes no sense" : "it has no value") + ": " + reason;
		this.cure = cure;
	}

	/**
	 * Return the full name of the property.
	 */
	public String property() {
		return this.property;
	}

	/**
	 * Return what is wrong with the value.
	 */
	public String reason() {
		return this.reason;
	}

	/**
	 * Return what to do about it.
	 */
	public String cure() {
		return this.cure;
	}

}

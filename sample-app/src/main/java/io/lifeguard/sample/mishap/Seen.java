package io.lifeguard.sample.mishap;

import io.lifeguard.sample.shop.Order;

/**
 * What the caller in the application got to see of a mishap.
 *
 * @param order the number that stands in the message of its failure
 * @param caller what the caller saw, for people
 */
record Seen(long order, String caller) {

	static Seen nothing(Order order) {
		return new Seen(order.number(), "nothing");
	}

	static Seen exception(Order order, Exception exception) {
		Throwable cause = exception.getCause();
		String name = exception.getClass().getSimpleName();
		return new Seen(order.number(), (cause != null) ? name + ", caused by " + cause : name);
	}

}

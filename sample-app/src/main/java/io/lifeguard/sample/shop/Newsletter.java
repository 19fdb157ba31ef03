package io.lifeguard.sample.shop;

import org.springframework.stereotype.Component;

/**
 * Writes to every subscriber at once, which the mail server does not like.
 */
@Component
public class Newsletter {

	public void sendTo(int subscriber, Order order) {
		throw new MailRefusedException(
				"Too many connections: subscriber %d, special offer of order %d".formatted(subscriber, order.number()));
	}

}

package io.lifeguard.sample.shop;

/**
 * The mail server would not take a message.
 */
public class MailRefusedException extends RuntimeException {

	public MailRefusedException(String message) {
		super(message);
	}

}

package io.lifeguard.sample.sentry;

/**
 * Somebody sent what is no envelope.
 */
class MalformedEnvelopeException extends RuntimeException {

	MalformedEnvelopeException(String message, Throwable cause) {
		super(message, cause);
	}

}

package io.lifeguard.sample.shop;

/**
 * Waiting for something that is not there in a sample: a mail server, a slow disk.
 */
public final class Pause {

	private Pause() {
	}

	/**
	 * Waits, and keeps the interrupt of whoever cut the wait short.
	 * @param millis how long
	 */
	public static void millis(long millis) {
		try {
			Thread.sleep(millis);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}

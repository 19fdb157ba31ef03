package io.lifeguard.engine.health;

/**
 * A ratio with hysteresis: once reached, it stays reached until the part is a fifth below
 * it, so that what hovers around it does not flap. Confined to one thread.
 */
final class Threshold {

	private static final double SLACK = 0.8;

	private final double ratio;

	private final long minimum;

	private boolean reached;

	/**
	 * Create a threshold.
	 * @param ratio the part, from 0 to 1; with 0 anything at all is enough
	 * @param minimum the smallest whole that the ratio is asked of
	 */
	Threshold(double ratio, long minimum) {
		this.ratio = ratio;
		this.minimum = minimum;
	}

	boolean isReachedBy(long part, long whole) {
		double slack = this.reached ? SLACK : 1;
		this.reached = part > 0 && whole >= this.minimum * slack && (double) part / whole >= this.ratio * slack;
		return this.reached;
	}

}

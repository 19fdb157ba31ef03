package io.lifeguard;

/**
 * A future that notices whether its failure is read.
 */
interface ObservableFuture {

	/**
	 * Make a failure nobody's business, be it past or to come.
	 */
	void ignore();

}

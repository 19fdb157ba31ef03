package io.lifeguard;

/**
 * The heap of this JVM.
 */
public final class Heap {

	private Heap() {
	}

	/**
	 * Return the bytes in use after several collections.
	 */
	public static long used() {
		Runtime runtime = Runtime.getRuntime();
		long used = Long.MAX_VALUE;
		for (int i = 0; i < 5; i++) {
			System.gc();
			used = Math.min(used, runtime.totalMemory() - runtime.freeMemory());
		}
		return used;
	}

}

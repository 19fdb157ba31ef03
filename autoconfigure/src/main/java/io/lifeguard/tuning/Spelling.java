package io.lifeguard.tuning;

import java.util.Collection;

import org.jspecify.annotations.Nullable;

/**
 * Finds what somebody may have meant who wrote something else.
 */
final class Spelling {

	private Spelling() {
	}

	/**
	 * Return the known word that is closest to the given one, or {@code null} if none is
	 * close: some letter in five may be missing, added, wrong or swapped with the next.
	 */
	static @Nullable String closest(String word, Collection<String> known) {
		String closest = null;
		int least = 1 + word.length() / 5;
		for (String candidate : known) {
			int distance = distance(PropertyNames.canonical(word), PropertyNames.canonical(candidate));
			if (distance <= least && (closest == null || distance < least)) {
				closest = candidate;
				least = distance;
			}
		}
		return closest;
	}

	/**
	 * Return how many letters have to change, by the optimal string alignment.
	 */
	private static int distance(String one, String other) {
		int[][] distances = new int[one.length() + 1][other.length() + 1];
		for (int i = 0; i <= one.length(); i++) {
			for (int j = 0; j <= other.length(); j++) {
				if (i == 0 || j == 0) {
					distances[i][j] = i + j;
					continue;
				}
				int replaced = distances[i - 1][j - 1] + ((one.charAt(i - 1) != other.charAt(j - 1)) ? 1 : 0);
				int changed = 1 + Math.min(distances[i - 1][j], distances[i][j - 1]);
				distances[i][j] = Math.min(replaced, changed);
				if (i > 1 && j > 1 && one.charAt(i - 1) == other.charAt(j - 2)
						&& one.charAt(i - 2) == other.charAt(j - 1)) {
					distances[i][j] = Math.min(distances[i][j], distances[i - 2][j - 2] + 1);
				}
			}
		}
		return distances[one.length()][other.length()];
	}

}

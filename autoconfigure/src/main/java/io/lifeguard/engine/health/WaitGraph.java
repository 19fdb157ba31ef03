package io.lifeguard.engine.health;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Who can go on, where some go on as soon as one of several does, as a pool with a thread
 * that is free, and others only once all have that they wait for, as a thread. Whoever
 * waits for himself, over however many others, can't.
 */
final class WaitGraph {

	private final List<Node> nodes = new ArrayList<>();

	/**
	 * Add somebody who goes on as soon as one of those does that he {@link Node#waitsFor
	 * waits for}.
	 */
	Node any() {
		return add(new Node(1));
	}

	/**
	 * Add somebody who goes on once all of those do that he {@link Node#waitsFor waits
	 * for}: at once, if there is nobody.
	 */
	Node all() {
		return add(new Node(0));
	}

	private Node add(Node node) {
		this.nodes.add(node);
		return node;
	}

	/**
	 * Find out who goes on. To be called once.
	 */
	void solve() {
		Deque<Node> moving = new ArrayDeque<>();
		for (Node node : this.nodes) {
			if (node.missing == 0) {
				node.goesOn = true;
				moving.add(node);
			}
		}
		while (!moving.isEmpty()) {
			for (Node waiting : moving.remove().waiting) {
				if (--waiting.missing == 0 && !waiting.goesOn) {
					waiting.goesOn = true;
					moving.add(waiting);
				}
			}
		}
	}

	/**
	 * Somebody who may have to wait.
	 */
	static final class Node {

		private final boolean any;

		private final List<Node> waiting = new ArrayList<>();

		/** How many of those that are waited for still have to go on. */
		private int missing;

		private boolean goesOn;

		private Node(int missing) {
			this.any = missing > 0;
			this.missing = missing;
		}

		/**
		 * Wait for somebody else too.
		 */
		void waitsFor(Node other) {
			this.missing += this.any ? 0 : 1;
			other.waiting.add(this);
		}

		/**
		 * Whether he goes on, as found by {@link WaitGraph#solve()}.
		 */
		boolean goesOn() {
			return this.goesOn;
		}

	}

}

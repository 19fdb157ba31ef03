package io.lifeguard;

import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link TaskQueue}.
 */
class TaskQueueTests {

	private final TaskQueue queue = new TaskQueue(1);

	private final Runnable task = () -> {
	};

	@Test
	void takesATimeoutOfAnyLength() throws InterruptedException {
		assertThat(this.queue.offer(this.task, Long.MAX_VALUE, TimeUnit.DAYS)).isTrue();
		assertThat(this.queue.offer(this.task, 0, TimeUnit.DAYS)).isFalse();
	}

	@Test
	void keepsWhatItHoldsWhenItGetsSmaller() {
		this.queue.setCapacity(3);
		assertThat(this.queue.offer(this.task) && this.queue.offer(this.task) && this.queue.offer(this.task)).isTrue();
		this.queue.setCapacity(1);
		assertThat(this.queue).hasSize(3);
		assertThat(this.queue.remainingCapacity()).isZero();
		this.queue.poll();
		this.queue.poll();
		assertThat(this.queue.offer(this.task)).isFalse();
		this.queue.poll();
		assertThat(this.queue.offer(this.task)).isTrue();
	}

	@Test
	void refusesACapacityOfNone() {
		assertThatIllegalArgumentException().isThrownBy(() -> this.queue.setCapacity(0))
			.withMessage("The capacity of a queue must be at least 1, not 0");
	}

}

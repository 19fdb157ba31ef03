package io.lifeguard.engine.health;

import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Episode}.
 */
class EpisodeTests {

	private final Episode episode = new Episode();

	@Test
	void isToldOnceHoweverLongItLasts() {
		assertThat(tells(0)).isTrue();
		for (int second = 1; second < 3600; second += 59) {
			assertThat(tells(second)).isFalse();
		}
		assertThat(this.episode.length()).isGreaterThan(nanos(3500));
	}

	@Test
	void goesOnThroughABreakOfLessThanAMinute() {
		tells(0);
		assertThat(this.episode.ends(nanos(59))).isFalse();
		assertThat(tells(59)).isFalse();
		assertThat(this.episode.since()).isZero();
	}

	@Test
	void endsOnceThereHasBeenRoomForAMinute() {
		tells(0);
		tells(10);
		assertThat(this.episode.ends(nanos(69))).isFalse();
		assertThat(this.episode.ends(nanos(70))).isTrue();
		assertThat(this.episode.length()).isEqualTo(nanos(10));
		assertThat(this.episode.ends(nanos(71))).isFalse();
	}

	@Test
	void thatBeginsWithinFiveMinutesIsHeldBackAndCounted() {
		tells(0);
		this.episode.ends(nanos(60));
		assertThat(tells(100)).isFalse();
		this.episode.ends(nanos(160));
		assertThat(update(300)).isTrue();
		assertThat(this.episode.tell(nanos(300))).isOne();
		this.episode.ends(nanos(360));
		assertThat(update(600)).isTrue();
		assertThat(this.episode.tell(nanos(600))).isZero();
	}

	@Test
	void thatLastsIsToldWhenTheFiveMinutesAreOver() {
		tells(0);
		this.episode.ends(nanos(60));
		assertThat(tells(280)).isFalse();
		assertThat(tells(299)).isFalse();
		assertThat(update(300)).isTrue();
		assertThat(this.episode.tell(nanos(300))).isZero();
		assertThat(this.episode.since()).isEqualTo(nanos(280));
	}

	@Test
	void beganWhenThePoolGotFullNotWhenThatWasSeen() {
		this.episode.update(nanos(30), nanos(40));
		this.episode.update(nanos(31), nanos(41));
		assertThat(this.episode.since()).isEqualTo(nanos(10));
		assertThat(this.episode.length()).isEqualTo(nanos(31));
	}

	@Test
	void isNoneAsLongAsThereIsRoom() {
		assertThat(this.episode.update(-1, nanos(0))).isFalse();
		assertThat(this.episode.isOpen()).isFalse();
		assertThat(this.episode.ends(nanos(1000))).isFalse();
	}

	private boolean update(int second) {
		return this.episode.update(0, nanos(second));
	}

	private boolean tells(int second) {
		boolean tells = update(second);
		if (tells) {
			this.episode.tell(nanos(second));
		}
		return tells;
	}

	private static long nanos(int seconds) {
		return TimeUnit.SECONDS.toNanos(seconds);
	}

}

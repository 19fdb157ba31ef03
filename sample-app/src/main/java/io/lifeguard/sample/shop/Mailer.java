package io.lifeguard.sample.shop;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;

import org.springframework.scheduling.annotation.Async;
import org.springframework.stereotype.Component;

/**
 * Sends confirmations. There is no mail server: waiting stands in for its answer.
 */
@Component
public class Mailer {

	private final AtomicLong sent = new AtomicLong();

	private final AtomicLong bytes = new AtomicLong();

	@Async("mail")
	public void confirm(Order order) {
		send(order);
	}

	public void send(Order order) {
		byte[] message = """
				To: %s
				Subject: Your order %d
				Content-Type: text/plain; charset=utf-8

				Thank you. %d x %s will leave our warehouse today.
				""".formatted(order.mailbox(), order.number(), order.quantity(), order.item())
			.getBytes(StandardCharsets.UTF_8);
		Pause.millis(ThreadLocalRandom.current().nextInt(60, 240));
		if (!order.mailbox().contains("@")) {
			throw new MailRefusedException(
					"The mail server refused order %d: no mailbox '%s'".formatted(order.number(), order.mailbox()));
		}
		this.sent.incrementAndGet();
		this.bytes.addAndGet(message.length);
	}

	public long sent() {
		return this.sent.get();
	}

}

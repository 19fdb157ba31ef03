package io.lifeguard.sample.shop;

import java.math.BigDecimal;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;

import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

import org.springframework.scheduling.annotation.Async;
import org.springframework.stereotype.Component;

/**
 * Prints invoices and seals each with a key derived from its text, so that the pool has
 * something to compute.
 */
@Component
public class InvoicePrinter {

	private static final Map<String, BigDecimal> PRICES = Map.of("teapot", new BigDecimal("34.50"), "kettle",
			new BigDecimal("49.00"), "mug", new BigDecimal("9.90"), "strainer", new BigDecimal("6.40"), "tin of oolong",
			new BigDecimal("12.80"));

	private static final byte[] SALT = { 's', 'h', 'o', 'p', 's', 'a', 'l', 't' };

	private final AtomicLong printed = new AtomicLong();

	@Async("invoices")
	public CompletableFuture<String> printLater(Order order) {
		return CompletableFuture.completedFuture(print(order));
	}

	public String print(Order order) {
		BigDecimal price = PRICES.get(order.item());
		if (price == null) {
			throw new IllegalStateException(
					"No price for '%s', so no invoice for order %d".formatted(order.item(), order.number()));
		}
		String text = "Invoice %d: %d x %s, %s EUR".formatted(order.number(), order.quantity(), order.item(),
				price.multiply(BigDecimal.valueOf(order.quantity())));
		String sealed = text + " [" + seal(text) + "]";
		this.printed.incrementAndGet();
		return sealed;
	}

	public long printed() {
		return this.printed.get();
	}

	private String seal(String text) {
		try {
			PBEKeySpec key = new PBEKeySpec(text.toCharArray(), SALT, 40_000, 128);
			byte[] seal = SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256").generateSecret(key).getEncoded();
			return HexFormat.of().formatHex(seal);
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException("Every JDK has PBKDF2WithHmacSHA256", ex);
		}
	}

}
